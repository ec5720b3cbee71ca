import { expect, test } from '@jest/globals';
import { RouteStats } from '../../src/requests/route-stats.js';
import { sumOfRows } from '../../src/requests/sum-of-rows.js';

function row(durations: readonly number[]): RouteStats {
  const stats = new RouteStats('GET', '/a');
  for (const duration of durations) {
    stats.answered(duration, 200, 0);
    stats.moved(10, 100);
  }
  return stats;
}

test('a row that is merged leaves nothing behind', () => {
  const [one, other] = [row([5, 20]), row([1, 900])];
  Object.assign(one, { memory: 100, memorySamples: 1, cpu: 7, cpuSamples: 2, inFlight: 1, inFlightMax: 4 });
  Object.assign(other, { memory: 50, memorySamples: 3, cpu: 5, cpuSamples: 1, inFlight: 2, inFlightMax: 3 });
  other.wasAborted(3, 0);
  other.livesLong();
  other.answered(4, 404, 0);
  one.merge(other);
  expect(one.totals()).toEqual({
    ...{ aborted: 1, longLived: 1, classes: [0, 0, 4, 0, 1, 0], sum: 930, min: 1, max: 900 },
    ...{ requestBytes: 40, responseBytes: 400 },
  });
  expect(one).toMatchObject({ memory: 150, memorySamples: 4, cpu: 12, cpuSamples: 3 });
  expect(one).toMatchObject({ inFlight: 3, inFlightMax: 4, count: 6 });
  expect(one.series.map(({ status, error, count }) => [status, error, count])).toEqual([
    [200, 0, 4],
    [0, 499, 1],
    [404, 0, 1],
  ]);
});

test('what is recent is so after a merge, whichever of both has windows', () => {
  const [old, young] = [row([1, 2]), row([3])];
  old.turnWindow();
  old.turnWindow();
  old.answered(4, 200, 0);
  const sum = sumOfRows([old, young]);
  expect(sum.recent().count).toBe(2); // the 4 and the 3
  expect(sumOfRows([young, old]).recent().count).toBe(2);
  expect(sum.count).toBe(4);
  // Rows are not changed by being summed up.
  expect([old.count, young.count, old.recent().count]).toEqual([3, 1, 1]);
});

test('a window holds what has come since the turn before the last', () => {
  const stats = row([1]);
  stats.turnWindow();
  expect(stats.recent().count).toBe(1);
  stats.answered(2, 200, 0);
  stats.turnWindow();
  expect(stats.recent().count).toBe(1);
  stats.turnWindow();
  expect(stats.recent().count).toBe(0);
});

test('frequency is halved at each turn, the count is not', () => {
  const stats = row([1, 1, 1, 1]);
  expect(stats.frequency).toBe(4);
  stats.turnWindow();
  stats.turnWindow();
  expect([stats.frequency, stats.count]).toEqual([1, 4]);
});

test.each([
  [199, 2],
  [200, 2],
  [302, 3],
  [499, 4],
  [599, 5],
  [600, 2],
])('a status of %d counts in class %d', (status, digit) => {
  const stats = new RouteStats('GET', '/a');
  stats.answered(1, status, 0);
  expect(stats.totals().classes[digit]).toBe(1);
  expect(stats.count).toBe(1);
});

test.each([
  ['GET', '/a', 'GET:/a'],
  ['_OTHER', '/a', '_OTHER:/a'],
  ['_OTHER', '_overflow', '_overflow'],
  ['GET', '_x', 'GET:_x'],
  ['', 'job', 'job'],
  ['', '__proto__', ':__proto__'],
])('the key of %j and %j is %s', (method, route, key) => {
  expect(new RouteStats(method, route).key).toBe(key);
});

test('an empty row has no least and no greatest', () => {
  expect(new RouteStats('GET', '/a').totals()).toMatchObject({ min: 0, max: 0, sum: 0 });
});
