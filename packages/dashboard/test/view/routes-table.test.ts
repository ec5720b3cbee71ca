import { expect, test } from '@jest/globals';
import type { RouteRow, Snapshot } from '../../src/snapshot/snapshot.js';
import { routesTable } from '../../src/view/routes-table.js';
import type { Sorting, ViewState } from '../../src/view/view-state.js';

const row = (route: string, p99: number): RouteRow => ({
  route,
  ...{ rate: 1, errorRate: 0, p50: 1, p95: 2, p99, requests: 3, share: 0.1 },
});
const routes = [row('GET /b', 20), row('GET /c', 30), row('GET /a', 10)];
const shown = (sorting: Sorting): string =>
  routesTable({ routes } as unknown as Snapshot, { sorting } as ViewState)!.text;

test.each<[Sorting, string[], string, string, string]>([
  [{ key: 'p99', descending: true }, ['/c', '/b', '/a'], 'p99', 'descending', 'p99.asc'],
  [{ key: 'p99', descending: false }, ['/a', '/b', '/c'], 'p99', 'ascending', 'p99.desc'],
  [{ key: 'route', descending: false }, ['/a', '/b', '/c'], 'Route', 'ascending', 'route.desc'],
])(
  'sorted by %j: order, the one arrow, and what the next press does',
  (sorting, order, title, state, next) => {
    const text = shown(sorting);
    expect([...text.matchAll(/<th scope="row">GET (\S+)<\/th>/g)].map(([, path]) => path)).toEqual(order);
    const headers = [
      ...text.matchAll(
        /<th scope="col" aria-sort="(\w+)">\s*<button[^>]*value="(\S+)">\s*([^<]+?)<svg[^>]*>\s*(.*?)\s*<\/svg>/g,
      ),
    ];
    expect(headers).toHaveLength(8);
    const sorted = headers.filter(([, order]) => order !== 'none');
    expect(sorted.map(([, order, value, name]) => [order, value, name])).toEqual([[state, next, title]]);
    expect(
      headers.map(([, order, , , arrow]) => (order === 'none' ? arrow === '' : arrow?.startsWith('<path'))),
    ).toEqual(headers.map(() => true));
    // A first press shows what is most, or begins with the first letter.
    for (const [, order, value] of headers)
      if (order === 'none') expect(value).toMatch(/^(route\.asc|(?!route)\w+\.desc)$/);
  },
);

test('no routes, no table; what is bad stands out', () => {
  const state = { sorting: { key: 'share', descending: true } } as ViewState;
  expect(routesTable({ routes: [] } as unknown as Snapshot, state)).toBeNull();
  const failing = [0, 0.01, 0.05].map((errorRate) => ({ ...row('GET /', 1), errorRate }));
  const { text } = routesTable({ routes: failing } as unknown as Snapshot, state)!;
  expect([...text.matchAll(/<td class="(bad|warn|)">/g)].map(([, level]) => level)).toEqual([
    '',
    'warn',
    'bad',
  ]);
});

test('a route without recent requests has no percentiles', () => {
  const state = { sorting: { key: 'share', descending: true } } as ViewState;
  const quiet = { ...row('GET /', 0), p50: 0, p95: 0 };
  const { text } = routesTable({ routes: [quiet, row('GET /b', 7)] } as unknown as Snapshot, state)!;
  expect([...text.matchAll(/<td>(–|[^<]* ms)<\/td>/g)].map(([, cell]) => cell)).toEqual([
    ...['–', '–', '–'],
    ...['1 ms', '2 ms', '7 ms'],
  ]);
});
