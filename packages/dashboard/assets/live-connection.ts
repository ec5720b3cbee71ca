import type { HistoryData } from '../src/snapshot/history.js';
import type { Snapshot } from '../src/snapshot/snapshot.js';

interface Listeners {
  readonly onHistory: (data: HistoryData) => void;
  readonly onSnapshot: (snapshot: Snapshot) => void;
}

/** Time until the next attempt where the browser has given up. */
const RETRY = 10_000;

/** The stream of snapshots, and the words and the button that belong to it. */
export class LiveConnection {
  readonly #listeners: Listeners;
  readonly #word = document.getElementById('live');
  readonly #button = document.getElementById('pause');
  #source: EventSource | undefined;
  #retry: number | undefined;

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
    this.#button?.addEventListener('click', () => (this.#source === undefined ? this.open() : this.#pause()));
  }

  open(): void {
    window.clearTimeout(this.#retry);
    const source = new EventSource('api/stream');
    this.#source = source;
    if (this.#word?.dataset['state'] !== 'off') this.#say('Connecting', 'wait');
    source.addEventListener('history', ({ data }) =>
      this.#listeners.onHistory(JSON.parse(String(data)) as HistoryData),
    );
    source.addEventListener('snapshot', ({ data }) => {
      this.#say('Live', 'live');
      this.#listeners.onSnapshot(JSON.parse(String(data)) as Snapshot);
    });
    source.addEventListener('error', () => {
      if (this.#word?.dataset['state'] !== 'off') {
        const time = new Date().toLocaleTimeString();
        this.#say(`Disconnected at ${time}: trying again`, 'off');
      }
      // Closed for good by a refusal: too many viewers, a login that is over, a restart.
      if (source.readyState === EventSource.CLOSED && this.#source === source) void this.#refused(source);
    });
    this.#button?.removeAttribute('hidden');
    this.#press(false);
  }

  /** Tries again after a while; where the session is over only a login helps. */
  async #refused(source: EventSource): Promise<void> {
    const answer = await fetch('api/stream', { method: 'HEAD' }).catch(() => undefined);
    if (this.#source !== source) return;
    if (answer?.status === 401) this.#askToLogIn();
    else this.#retry = window.setTimeout(() => this.open(), RETRY);
  }

  #askToLogIn(): void {
    this.#say('Session over', 'off');
    const link = document.createElement('a');
    link.className = 'button';
    link.href = 'login';
    link.textContent = 'Log in';
    this.#button?.replaceWith(link);
  }

  #pause(): void {
    window.clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
    this.#say('Paused', 'wait');
    this.#press(true);
  }

  #press(paused: boolean): void {
    this.#button?.setAttribute('aria-pressed', String(paused));
  }

  #say(text: string, state: string): void {
    if (this.#word === null || this.#word.textContent === text) return;
    this.#word.textContent = text;
    this.#word.dataset['state'] = state;
  }
}
