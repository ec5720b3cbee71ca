import { expect, test } from '@jest/globals';
import { seededRandom } from '@spark-perf/core';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { theilSen } from '../../src/leaks/theil-sen.js';

test('a straight line has its slope, whatever a quarter of the points say', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer(), (slope, seed) => {
      const random = seededRandom(seed);
      const points = Array.from({ length: 40 }, (_, at) => ({ at, value: slope * at }));
      for (let i = 0; i < 5; i++) points[i * 8] = { at: i * 8, value: (random() - 0.5) * 1e12 };
      expect(theilSen(points).slope).toBeCloseTo(slope, 3);
    }),
    { seed: testSeed(), numRuns: soakCount(1_000) },
  );
});

test('the interval holds the true slope about 19 times in 20', () => {
  const random = seededRandom(testSeed());
  const runs = 400;
  let held = 0;
  for (let run = 0; run < runs; run++) {
    const points = Array.from({ length: 20 }, (_, at) => ({
      at,
      value: 3 * at + (random() + random() - 1) * 50,
    }));
    const { lower, upper } = theilSen(points);
    if (lower <= 3 && 3 <= upper) held++;
  }
  expect(held / runs).toBeGreaterThan(0.9);
});

test('too few points have no bounds', () => {
  expect(theilSen([])).toEqual({ slope: 0, lower: -Infinity, upper: Infinity });
  expect(theilSen([{ at: 1, value: 5 }])).toEqual({ slope: 0, lower: -Infinity, upper: Infinity });
  expect(
    theilSen([
      { at: 0, value: 0 },
      { at: 1, value: 5 },
    ]),
  ).toMatchObject({ slope: 5, lower: -Infinity });
});
