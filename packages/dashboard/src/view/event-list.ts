import type { Snapshot } from '../snapshot/snapshot.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { levelIcon } from './status-badge.js';

/** What happened, newest first. */
export function eventList({ events, at }: Snapshot): Html {
  return html`<h2 id="events-title">Events</h2>
    ${
      events.length === 0
        ? html`<p class="empty">Nothing has happened yet.</p>`
        : html`<div class="events" role="region" aria-labelledby="events-title" tabindex="0">
            <ul>
              ${events.map(
                (event) =>
                  html`<li data-key="${event.id}">
                    ${levelIcon(event.level)}
                    <span class="what"
                      ><b>${event.source}</b> ${event.text}${event.times > 1 && ` ×${event.times}`}</span
                    >
                    <span class="when">${age(at - event.at)}</span>
                  </li>`,
              )}
            </ul>
          </div>`
    }`;
}

/** In steps, so that the list does not change each second. */
function age(ms: number): string {
  if (ms < 10_000) return 'now';
  return `${format(ms < 60_000 ? Math.floor(ms / 10_000) * 10_000 : ms, 'ms')} ago`;
}
