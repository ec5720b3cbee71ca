import type { Series } from '../snapshot/history.js';
import type { Unit } from '../snapshot/card.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** Half a minute to a row. */
const STEP = 30_000;
const ROWS = 10;

/** What a chart shows, as a table behind it: least, mean and greatest of each half minute. */
export function chartTable(label: string, series: Series, unit: Unit): Html {
  const end = series.at.at(-1) ?? 0;
  const slots = Array.from({ length: ROWS }, () => ({ count: 0, sum: 0, min: Infinity, max: -Infinity }));
  series.values.forEach((value, i) => {
    const slot = slots[Math.floor((end - (series.at[i] ?? 0)) / STEP)];
    if (value === null || slot === undefined) return;
    slot.count++;
    slot.sum += value;
    slot.min = Math.min(slot.min, value);
    slot.max = Math.max(slot.max, value);
  });
  const rows = slots.flatMap(({ count, sum, min, max }, i) =>
    count === 0
      ? []
      : html`<tr>
          <th scope="row">
            ${i === 0 ? 'last 30 s' : `${(i * STEP) / 1_000}–${((i + 1) * STEP) / 1_000} s ago`}
          </th>
          <td>${format(min, unit)}</td>
          <td>${format(sum / count, unit)}</td>
          <td>${format(max, unit)}</td>
        </tr>`,
  );
  return html`<details class="data" data-key="table">
    <summary>Table<span class="sr"> of ${label}</span></summary>
    <table>
      <caption class="sr">
        ${label}, last 5 minutes
      </caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Least</th>
          <th scope="col">Mean</th>
          <th scope="col">Most</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </details>`;
}
