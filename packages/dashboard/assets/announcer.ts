import type { Status } from '../src/snapshot/snapshot.js';

/** Says a change of the overall state to those who listen, and shows it in the tab's title. Figures are not read out. */
export class Announcer {
  readonly #place = document.createElement('p');
  #level: string | undefined;

  constructor() {
    this.#place.className = 'sr';
    this.#place.setAttribute('role', 'status');
    document.body.append(this.#place);
  }

  tell({ level, text }: Status): void {
    if (level === this.#level) return;
    const first = this.#level === undefined;
    this.#level = level;
    document.title =
      level === 'ok' ? 'Spark dashboard' : `${level === 'bad' ? '✖' : '▲'} ${text} – Spark dashboard`;
    if (!first) this.#place.textContent = text;
  }
}
