import type { Milliseconds } from '@spark-perf/core';
import type { RouteRow, Snapshot } from '../snapshot/snapshot.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';
import type { Sorting, SortKey, ViewState } from './view-state.js';

const COLUMNS: readonly (readonly [key: SortKey, title: string])[] = [
  ['route', 'Route'],
  ['rate', 'Rate'],
  ['errorRate', 'Errors'],
  ['p50', 'p50'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['requests', 'Requests'],
  ['share', 'Share of time'],
];

/** The routes in their order. */
function sortedRoutes(routes: readonly RouteRow[], { key, descending }: Sorting): RouteRow[] {
  const sign = descending ? -1 : 1;
  return [...routes].sort((a, b) => {
    const [x, y] = [a[key], b[key]];
    return (
      sign * (typeof x === 'string' || typeof y === 'string' ? String(x).localeCompare(String(y)) : x - y)
    );
  });
}

/** The routes table. Its headers are buttons of a form: sorting works without scripts, too. */
export function routesTable({ routes }: Snapshot, { sorting }: ViewState): Html | null {
  if (routes.length === 0) return null;
  return html`<h2 id="routes-title">Routes</h2>
    <form method="get" id="sort"></form>
    <div class="scroll" role="region" aria-labelledby="routes-title" tabindex="0">
      <table class="grid routes" aria-labelledby="routes-title">
        <thead>
          <tr>
            ${COLUMNS.map(([key, title]) => header(key, title, sorting))}
          </tr>
        </thead>
        <tbody>
          ${sortedRoutes(routes, sorting).map(row)}
        </tbody>
      </table>
    </div>`;
}

function header(key: SortKey, title: string, sorting: Sorting): Html {
  const active = sorting.key === key;
  const state = active ? (sorting.descending ? 'descending' : 'ascending') : 'none';
  // A second press turns the order round; the first one shows what is most.
  const next = active && sorting.descending ? 'asc' : 'desc';
  const order = active ? next : key === 'route' ? 'asc' : 'desc';
  return html`<th scope="col" aria-sort="${state}">
    <button form="sort" name="sort" value="${key}.${order}">
      ${title}<svg class="arrow" viewBox="0 0 8 8" aria-hidden="true">
        ${active && html`<path d="${sorting.descending ? 'M0 2h8L4 7z' : 'M0 6h8L4 1z'}" />`}
      </svg>
    </button>
  </th>`;
}

function row({ route, rate, errorRate, p50, p95, p99, requests, share }: RouteRow): Html {
  return html`<tr data-key="${route}">
    <th scope="row">${route}</th>
    <td>${format(rate, 'rate')}</td>
    <td class="${errorRate >= 0.05 ? 'bad' : errorRate >= 0.01 ? 'warn' : ''}">
      ${format(errorRate, 'ratio')}
    </td>
    <td>${percentile(p50)}</td>
    <td>${percentile(p95)}</td>
    <td>${percentile(p99)}</td>
    <td>${format(requests, 'count')}</td>
    <td class="share">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="${(share * 100).toFixed(1)}" height="8" rx="2" /></svg
      ><span>${format(share, 'ratio')}</span>
    </td>
  </tr>`;
}

/** No request takes no time at all: 0 is a route without recent ones. */
const percentile = (duration: Milliseconds): string => (duration === 0 ? '–' : format(duration, 'ms'));
