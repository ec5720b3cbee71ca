import { expect, test } from '@jest/globals';
import { DurationHistogram } from '../../src/requests/duration-histogram.js';
import { RouteStats } from '../../src/requests/route-stats.js';
import { routeSnapshot } from '../../src/requests/snapshot.js';

const taken = (row: RouteStats) => routeSnapshot(row, 1, 0);

function dataOf(...durations: readonly number[]) {
  const histogram = new DurationHistogram();
  for (const one of durations) histogram.record(one);
  return histogram.toJSON();
}

test('a row of which nothing was counted tells the same data again, else what there is now', () => {
  const row = new RouteStats('GET', '/a');
  row.answered(5, 200, 0);
  const first = taken(row);
  expect([first.durations, first.recent]).toEqual([dataOf(5), dataOf(5)]);
  expect(taken(row).durations).toBe(first.durations);
  row.answered(7, 200, 0);
  expect(taken(row)).toMatchObject({ durations: dataOf(5, 7), recent: dataOf(5, 7), count: 2 });
  expect(first.durations).toEqual(dataOf(5));
});

test('what is recent is over after two turns of the window, though nothing was counted', () => {
  const row = new RouteStats('GET', '/a');
  row.answered(5, 200, 0);
  row.turnWindow();
  row.answered(7, 200, 0);
  expect(taken(row).recent).toEqual(dataOf(5, 7));
  row.turnWindow();
  expect(taken(row)).toMatchObject({ durations: dataOf(5, 7), recent: dataOf(7) });
  row.turnWindow();
  expect(taken(row)).toMatchObject({ durations: dataOf(5, 7), recent: dataOf() });
});

test('what another row brings in is told', () => {
  const [row, other] = [new RouteStats('GET', '/a'), new RouteStats('GET', '/b')];
  row.answered(5, 200, 0);
  other.answered(9, 200, 0);
  taken(row);
  row.merge(other);
  expect(taken(row)).toMatchObject({ durations: dataOf(5, 9), recent: dataOf(5, 9) });
});
