import { describe, expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { seededRandom } from '@spark-perf/core';
import fc from 'fast-check';
import { RouteTable } from '../../src/requests/route-table.js';
import { sumOfRows } from '../../src/requests/sum-of-rows.js';

const serve = (table: RouteTable, method: string, route: string) =>
  table.admit(method, route).answered(1, 200, 0);

describe('a flood of routes', () => {
  test('holds maxRoutes of them, and every request is in some row', () => {
    const table = new RouteTable(256, 0);
    const count = soakCount(1_000_000);
    for (let i = 0; i < count; i++) serve(table, 'GET', `/random-${i}`);
    const rows = [...table.rows()];
    expect(table.size).toBe(256);
    expect(rows.length).toBe(257);
    expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(count);
    expect(table.overflow.count).toBe(count - 256);
  });

  test('that came first gives way to the routes that are used', () => {
    const table = new RouteTable(16, 0);
    const random = seededRandom(testSeed());
    for (let i = 0; i < 1_000; i++) serve(table, 'GET', `/scan-${i}`);
    let total = 1_000;
    for (let i = 0; i < 4_000; i++, total++) {
      serve(table, 'GET', random() < 0.5 ? `/scan-${i + 1_000}` : `/api-${i % 8}`);
    }
    for (let i = 0; i < 8; i++) expect(table.find('GET', `/api-${i}`)?.count).toBeGreaterThan(100);
    expect(sumOfRows(table.rows()).count).toBe(total);
  });

  test('does not push out a route in flight', () => {
    const table = new RouteTable(1, 0);
    const row = table.admit('GET', '/slow');
    row.enter();
    for (let i = 0; i < 100; i++) serve(table, 'GET', '/hot');
    expect(table.find('GET', '/slow')).toBe(row);
    row.inFlight--;
    for (let i = 0; i < 100; i++) serve(table, 'GET', '/hot');
    expect(table.find('GET', '/slow')).toBeUndefined();
    expect(row.evicted).toBe(true);
  });
});

test('unknown methods share a row', () => {
  const table = new RouteTable(4, 0);
  serve(table, 'PURGE', '/x');
  serve(table, 'MKCOL', '/x');
  expect(table.find('PROPFIND', '/x')).toMatchObject({ key: '_OTHER:/x', count: 2 });
});

test('whatever happens, the rows add up to what was counted', () => {
  const step = fc.oneof(
    fc.record({ route: fc.nat(40), status: fc.constantFrom(200, 304, 404, 500), wait: fc.nat(90_000) }),
    fc.record({ route: fc.nat(40), status: fc.constant(0), wait: fc.nat(500) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 1, max: 8 }), (steps, maxRoutes) => {
      const table = new RouteTable(maxRoutes, 0);
      let now = 0;
      for (const { route, status, wait } of steps) {
        table.tick((now += wait));
        const row = table.admit('GET', `/${route}`);
        if (status === 0) row.wasAborted(wait, 0);
        else row.answered(wait, status, status >= 500 ? status : 0);
      }
      const sum = sumOfRows(table.rows());
      const of = (code: number) => steps.filter(({ status }) => status === code).length;
      expect(sum.count).toBe(steps.length);
      const { aborted, classes } = sum.totals();
      expect(aborted).toBe(of(0));
      expect([2, 3, 4, 5].map((digit) => classes[digit])).toEqual([of(200), of(304), of(404), of(500)]);
      expect(sum.durations.count).toBe(steps.length - of(0));
      expect(sum.series.reduce((count, one) => count + one.count, 0)).toBe(steps.length);
      expect(table.size).toBeLessThanOrEqual(maxRoutes);
    }),
    { seed: testSeed(), numRuns: soakCount(1_000) },
  );
});

test('a route that answers with every status code has a bounded number of series', () => {
  const row = new RouteTable(1, 0).admit('GET', '/');
  for (let status = 200; status < 600; status++) row.answered(1, status, status >= 500 ? status : 0);
  expect(row.series.length).toBeLessThanOrEqual(24);
  expect(row.series.reduce((sum, one) => sum + one.count, 0)).toBe(400);
});

test('when the series of a route run out, aborted and failed requests are still told apart', () => {
  const row = new RouteTable(1, 0).admit('GET', '/');
  for (let status = 400; status < 416; status++) row.answered(1, status, 0);
  row.answered(1, 200, 500); // failed after its head
  row.wasAborted(1, 200);
  row.answered(1, 201, 503);
  row.wasAborted(1, 206);
  row.answered(1, 207, 0);
  const extra = row.series.slice(16).map(({ status, error, count }) => [status, error, count]);
  expect(extra).toEqual([
    [200, 500, 2],
    [200, 499, 2],
    [200, 0, 1],
  ]);
});
