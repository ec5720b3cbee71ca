import { describe, expect, test } from '@jest/globals';
import type { GrowthBounds } from '../../src/leaks/growth-test.js';
import { testGrowth } from '../../src/leaks/growth-test.js';
import type { LoadedPoint } from '../../src/leaks/load-adjustment.js';

const MINUTE = 60_000;
const BOUNDS: GrowthBounds = { threshold: 100, limit: 1_000_000, horizon: Infinity };

/** A look a minute. */
const points = (count: number, value: (i: number) => number, load?: (i: number) => number): LoadedPoint[] =>
  Array.from({ length: count }, (_, i) => ({ at: i * MINUTE, value: value(i), load: load?.(i) }));
const rising = points(40, (i) => 1_000 + 60 * i);
const verdict = (given: LoadedPoint[], bounds: Partial<GrowthBounds> = {}) =>
  testGrowth(given, { ...BOUNDS, ...bounds }).growing;

test('a straight rise is growth, with its figures in bytes per second', () => {
  expect(testGrowth(rising, BOUNDS)).toEqual({
    growing: true,
    points: 40,
    slope: 1,
    lower: 1,
    upper: 1,
    halves: [1, 1],
    lately: 1,
    growth: 37 * 60,
    timeToLimit: (1_000_000 - 1_000 - 60 * 38) * 1_000,
    explainedByLoad: false,
  });
});

describe('bounds', () => {
  test('growth of just the threshold counts, between the medians of the first and the last three', () => {
    expect(verdict(rising, { threshold: 37 * 60 })).toBe(true);
    expect(verdict(rising, { threshold: 37 * 60 + 1 })).toBe(false);
    const spikes = rising.map((one, i) => (i === 0 || i === 39 ? { ...one, value: 1e6 } : one));
    expect(testGrowth(spikes, BOUNDS).growth).toBe(36 * 60);
  });

  test('the limit must be reached within the horizon', () => {
    const time = testGrowth(rising, BOUNDS).timeToLimit ?? NaN;
    expect(verdict(rising, { horizon: time })).toBe(true);
    expect(verdict(rising, { horizon: time - 1 })).toBe(false);
  });

  test('what is above its limit has no time left', () => {
    expect(testGrowth(rising, { ...BOUNDS, limit: 2_000 })).toMatchObject({ growing: true, timeToLimit: 0 });
  });
});

describe('no growth', () => {
  test.each<[string, LoadedPoint[]]>([
    ['nothing', []],
    ['one point', points(1, () => 5)],
    ['a straight line', points(40, () => 1_000)],
    ['a fall', points(40, (i) => 10_000 - 60 * i)],
    ['a rise in the first half only', points(40, (i) => 1_000 + 60 * Math.min(i, 20))],
    ['a rise in the second half only', points(40, (i) => 1_000 + 60 * Math.max(0, i - 20))],
    ['a rise that has ended of late', points(40, (i) => 1_000 + 60 * Math.min(i, 30))],
    ['more noise than rise', points(40, (i) => 1_000 + i + ((i * 7_919) % 40) * 100)],
  ])('%s', (_name, given) => {
    expect(verdict(given, { threshold: 0 })).toBe(false);
  });

  test('a time to the limit is told of what rises only', () => {
    const falling = points(40, (i) => 10_000 - 60 * i);
    expect(testGrowth(falling, BOUNDS)).toMatchObject({ slope: -1, timeToLimit: null });
    expect(testGrowth([], BOUNDS)).toMatchObject({ growth: 0, timeToLimit: null, lower: null, upper: null });
  });

  test('a rise that slows down counts until it is below a quarter of what it was', () => {
    const slowing = (late: number) =>
      points(40, (i) => 1_000 + 60 * Math.min(i, 20) + late * Math.max(0, i - 20));
    expect(verdict(slowing(30))).toBe(true);
    expect(verdict(slowing(3))).toBe(false);
  });
});

describe('load', () => {
  const busier = (i: number): number => 10 + i + (i % 5) * 4;

  test('memory that follows it is explained', () => {
    const evidence = testGrowth(
      points(40, (i) => 1_000 + 60 * busier(i), busier),
      BOUNDS,
    );
    expect(evidence).toMatchObject({ growing: false, explainedByLoad: true });
    expect(evidence.slope).toBeGreaterThan(0);
  });

  test('most of the growth has to be explained', () => {
    const both = (leak: number) => points(40, (i) => 1_000 + 60 * busier(i) + leak * i, busier);
    expect(testGrowth(both(60), BOUNDS)).toMatchObject({ growing: true, explainedByLoad: false });
    expect(testGrowth(both(5), BOUNDS)).toMatchObject({ growing: false, explainedByLoad: true });
  });

  test('a fall needs no explanation', () => {
    const falls = points(40, (i) => 100_000 + 6 * busier(i) - 600 * i, busier);
    expect(testGrowth(falls, BOUNDS).explainedByLoad).toBe(false);
  });
});
