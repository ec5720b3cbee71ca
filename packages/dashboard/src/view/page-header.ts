import type { Snapshot } from '../snapshot/snapshot.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { statusBadge } from './status-badge.js';

/** The first line: is all well, and whose figures are these? */
export function pageHeader({ status, processes, viewers }: Snapshot): Html {
  const own = processes.find((one) => one.own);
  const count = processes.length;
  return html`<p class="overall">${statusBadge(status)}</p>
    <p class="facts">
      ${own !== undefined && html`<span>${own.name} ${own.pid}</span><span>up ${own.uptime < 60_000 ? 'for seconds' : format(own.uptime, 'ms')}</span>`}
      ${count > 1 && html`<span>${count} processes</span>`}
      ${viewers > 1 && html`<span>${viewers} viewers</span>`}
    </p>`;
}
