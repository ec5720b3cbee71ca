import type { Status } from '../snapshot/snapshot.js';
import type { Html } from './html.js';
import { html } from './html.js';

const SHAPES = {
  ok: html`<path
    d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5.4-4.2 5a.8.8 0 0 1-1.2 0L4.3 9.3l1.2-1.1 1.3 1.4 3.6-4.3Z"
  />`,
  warn: html`<path
    d="M8.9 1.6 15.4 13a1 1 0 0 1-.9 1.5h-13A1 1 0 0 1 .6 13L7.1 1.6a1 1 0 0 1 1.8 0ZM7.2 5.5v4.6h1.6V5.5Zm0 5.7v1.6h1.6v-1.6Z"
  />`,
  bad: html`<path
    d="M5 1h6l4 4v6l-4 4H5l-4-4V5Zm.7 3.6L4.6 5.7 6.9 8l-2.3 2.3 1.1 1.1L8 9.1l2.3 2.3 1.1-1.1L9.1 8l2.3-2.3-1.1-1.1L8 6.9Z"
  />`,
  info: html`<path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-.8 6h1.6v5H7.2Zm0-3h1.6v1.7H7.2Z" />`,
};

const WORDS = { ok: 'OK', warn: 'Warning', bad: 'Bad', info: 'Info' };

/** A state by icon, word and colour. */
export function statusBadge({ level, text }: Status): Html {
  return html`<span class="status ${level}"
    ><svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[level]}</svg
    ><span class="sr">${WORDS[level]}: </span>${text}</span
  >`;
}

/** The word for a level, where the icon stands alone. */
export function levelIcon(level: Status['level']): Html {
  return html`<span class="status ${level}"
    ><svg class="icon" viewBox="0 0 16 16" role="img" aria-label="${WORDS[level]}">
      ${SHAPES[level]}
    </svg></span
  >`;
}
