import type { History } from '../snapshot/history.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';

const COLUMNS = 100;
const SPAN = 5 * 60_000;
const SHADES = 6;
const CELL_WIDTH = 6;
const CELL_HEIGHT = 8;

/** Where row `i` of the heatmap begins, in ms; each is twice as long as the one below. */
function heatEdge(row: number): number {
  return row === 0 ? 0 : 0.04096 * 2 ** row;
}

/** Durations over time: a column for three seconds, a row for a power of two, darker where more requests are. */
export function heatmap(history: History): Html {
  const { at, columns } = history.heat();
  const end = at.at(-1) ?? 0;
  const rowCount = columns.at(-1)?.length ?? 0;
  const grid = Array.from({ length: COLUMNS }, () => new Array<number>(rowCount).fill(0));
  columns.forEach((column, i) => {
    const slot = grid[COLUMNS - 1 - Math.floor(((end - at[i]!) / SPAN) * COLUMNS)];
    if (slot !== undefined) column.forEach((count, row) => (slot[row] = (slot[row] ?? 0) + count));
  });
  const totals = Array.from({ length: rowCount }, (_, row) =>
    grid.reduce((sum, column) => sum + column[row]!, 0),
  );
  const low = Math.max(0, totals.findIndex((total) => total > 0) - 1);
  const high = Math.min(rowCount - 1, totals.findLastIndex((total) => total > 0) + 1);
  const all = totals.reduce((sum, total) => sum + total, 0);
  if (all === 0) return html`<p class="empty">No requests yet since this page is watched.</p>`;
  const height = (high - low + 1) * CELL_HEIGHT;
  return html`<div class="heat">
      <div class="heat-scale" aria-hidden="true">
        <span>${format(heatEdge(high + 1), 'ms')}</span
        ><span>${format(heatEdge((low + high + 1) / 2), 'ms')}</span
        ><span>${format(heatEdge(low), 'ms')}</span>
      </div>
      <svg
        viewBox="0 0 ${COLUMNS * CELL_WIDTH} ${height}"
        preserveAspectRatio="none"
        role="img"
        aria-label="${spoken(totals, all)}"
      >
        ${shades(grid, low, high).map((d, shade) => d !== '' && html`<path class="heat-${shade + 1}" d="${d}" />`)}
      </svg>
      <div class="heat-time" aria-hidden="true">
        <span>5 min ago</span><span>stronger = more requests</span><span>now</span>
      </div>
    </div>
    ${table(totals, all, low, high)}`;
}

/** One path per shade: a grid of single cells would be thousands of elements. */
function shades(grid: readonly (readonly number[])[], low: number, high: number): string[] {
  const most = Math.max(1, ...grid.flat());
  const found = new Array<string>(SHADES).fill('');
  grid.forEach((column, x) => {
    for (let row = low; row <= high; row++) {
      const count = column[row]!;
      if (count === 0) continue;
      const shade = Math.min(SHADES - 1, Math.floor((Math.log1p(count) / Math.log1p(most)) * SHADES));
      found[shade] +=
        `M${x * CELL_WIDTH} ${(high - row) * CELL_HEIGHT}h${CELL_WIDTH - 1}v${CELL_HEIGHT - 1}h-${CELL_WIDTH - 1}z`;
    }
  });
  return found;
}

function spoken(totals: readonly number[], all: number): string {
  const row = totals.indexOf(Math.max(...totals));
  const share = format(totals[row]! / all, 'ratio');
  return `Latency heatmap of 5 minutes: most requests (${share}) took ${format(heatEdge(row), 'ms')} to ${format(heatEdge(row + 1), 'ms')}`;
}

function table(totals: readonly number[], all: number, low: number, high: number): Html {
  const rows = totals
    .map((total, row) => ({ total, row }))
    .slice(low, high + 1)
    .filter(({ total }) => total > 0)
    .map(
      ({ total, row }) =>
        html`<tr>
          <th scope="row">${format(heatEdge(row), 'ms')} – ${format(heatEdge(row + 1), 'ms')}</th>
          <td>${format(total, 'count')}</td>
          <td>${format(total / all, 'ratio')}</td>
        </tr>`,
    );
  return html`<details class="data" data-key="table">
    <summary>Table<span class="sr"> of the latency heatmap</span></summary>
    <table>
      <caption class="sr">
        Requests by duration, last 5 minutes
      </caption>
      <thead>
        <tr>
          <th scope="col">Duration</th>
          <th scope="col">Requests</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </details>`;
}
