import type { Level } from '../feed/feed-entry.js';
import type { Html, HtmlPart } from './html.js';
import { html } from './html.js';

export interface TileInput {
  readonly id: string;
  readonly title: string;
  readonly value: string;
  /** Facts beside the value. */
  readonly facts: readonly HtmlPart[];
  readonly chart: Html;
  /** Colours the number; the status line says it in words. */
  readonly level?: Level | undefined;
}

/** One signal: its name, its value now, and the last five minutes. */
export function tile({ id, title, value, facts, chart, level }: TileInput): Html {
  const [number, unit = ''] = splitUnit(value);
  return html`<article class="tile ${level ?? ''}" aria-labelledby="t-${id}">
    <h3 id="t-${id}">${title}</h3>
    <p class="value">${number}${unit !== '' && html`<small>${unit}</small>`}</p>
    <p class="facts">${facts.map((fact) => fact !== false && fact !== '' && html`<span>${fact}</span>`)}</p>
    ${chart}
  </article>`;
}

/** `1 240/s` → `1 240`, `/s`. */
function splitUnit(value: string): string[] {
  const match = /^([<\d., ]*\d)(.*)$/.exec(value);
  return match === null ? [value] : [match[1]!, match[2]!];
}
