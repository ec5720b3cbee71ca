import { describe, expect, test } from '@jest/globals';
import type { LoadedPoint } from '../../src/leaks/load-adjustment.js';
import { withoutLoad } from '../../src/leaks/load-adjustment.js';

const points = (value: (at: number, load: number) => number, load: (i: number) => number) =>
  Array.from({ length: 40 }, (_, i): LoadedPoint => {
    return { at: i * 10, load: load(i), value: value(i * 10, load(i)) };
  });
/** Rises with time, and goes up and down as well. */
const ramp = (i: number): number => i + (i % 7) * 3;

describe('value = a + b·time + c·load', () => {
  test.each([
    ['nothing but load', 0, 5],
    ['load and a leak', 2, 5],
    ['load and memory that shrinks', -3, 5],
  ])('%s: without the load the slope over time is what is left', (_name, slope, byLoad) => {
    const adjusted = withoutLoad(points((at, load) => 100 + slope * at + byLoad * load, ramp)) ?? [];
    expect(adjusted).toHaveLength(40);
    for (const { at, value } of adjusted) expect(value).toBeCloseTo(100 + slope * at, 6);
  });

  test('load that is a straight line in time has all of the growth', () => {
    const adjusted = withoutLoad(
      points(
        (_at, load) => 100 + 5 * load,
        (i) => i,
      ),
    );
    for (const { value } of adjusted ?? [{ value: NaN }]) expect(value).toBeCloseTo(100, 6);
  });
});

test.each<[string, LoadedPoint[]]>([
  ['memory falls as load rises', points((_at, load) => 100 - 5 * load, ramp)],
  [
    'load stands still',
    points(
      (at) => at,
      () => 1_000,
    ),
  ],
  ['memory stands still', points(() => 1_000, ramp)],
  ['load is not known once', [...points((_at, load) => load, ramp), { at: 400, value: 1 }]],
  ['there are too few points', points((_at, load) => load, ramp).slice(0, 5)],
])('nothing is taken off where %s', (_name, given) => {
  expect(withoutLoad(given)).toBeUndefined();
});
