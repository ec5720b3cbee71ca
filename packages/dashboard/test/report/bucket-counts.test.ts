import { expect, test } from '@jest/globals';
import { LatencyHistogram } from '@spark-perf/core';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { addBuckets, percentiles } from '../../src/report/bucket-counts.js';

const durations = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
const SHARES = [0, 0.5, 0.95, 0.99, 1] as const;

test('percentiles of the sum of parts are those of all durations together, within 1 %', () => {
  fc.assert(
    fc.property(fc.array(durations, { minLength: 1, maxLength: 4 }), (parts) => {
      const buckets = addBuckets(
        parts.map((part) => {
          const histogram = new LatencyHistogram();
          for (const duration of part) histogram.record(duration);
          return histogram.toJSON().buckets.flat();
        }),
      );
      const all = parts.flat().sort((a, b) => a - b);
      percentiles(buckets, SHARES).forEach((found, i) => {
        const exact = all[Math.max(1, Math.ceil(SHARES[i]! * all.length)) - 1]!;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(exact * 0.01, 1e-5));
      });
    }),
    { seed: testSeed(), numRuns: soakCount(2_000) },
  );
});

test('nothing counted is 0', () => {
  expect(percentiles([], [0.5, 0.99])).toEqual([0, 0]);
  expect(addBuckets([])).toEqual([]);
});
