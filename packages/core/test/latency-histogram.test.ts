import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import { LatencyHistogram, seededRandom } from '../src/index.js';

/** The definition: the smallest recorded value that a share q does not exceed. */
function exact(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
}

test('every percentile is within 1 % from 1 µs to an hour', () => {
  const exponent = fc.double({ min: -3, max: Math.log10(3_600_000), noNaN: true });
  fc.assert(
    fc.property(fc.array(exponent, { minLength: 1, maxLength: 200 }), (exponents) => {
      const values = exponents.map((e) => 10 ** e).sort((a, b) => a - b);
      const histogram = new LatencyHistogram();
      for (const value of values) histogram.record(value);
      for (const q of [0, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
        const want = exact(values, q);
        expect(Math.abs(histogram.percentile(q) - want) / want).toBeLessThanOrEqual(0.01);
      }
    }),
    { seed: testSeed(), numRuns: 300 },
  );
});

test('counts, sum, extremes and mean are exact', () => {
  const histogram = new LatencyHistogram();
  for (const value of [2, 1, 3]) histogram.record(value);
  expect(histogram).toMatchObject({ count: 3, sum: 6, min: 1, max: 3, mean: 2 });
});

test('below 1 µs percentiles are those of steps of 10 ns', () => {
  const histogram = new LatencyHistogram();
  for (const nanoseconds of [104, 205, 306]) histogram.record(nanoseconds / 1e6);
  expect(histogram.percentile(0.5) * 1e6).toBeCloseTo(205, 6);
});

test('an empty one gives zeros', () => {
  expect(new LatencyHistogram()).toMatchObject({ count: 0, sum: 0, min: 0, max: 0, mean: 0 });
  expect(new LatencyHistogram().percentile(0.99)).toBe(0);
});

test('what is out of range is kept at its end', () => {
  const histogram = new LatencyHistogram();
  for (const value of [-5, NaN, 0, 1e12]) histogram.record(value);
  expect(histogram.count).toBe(4);
  expect(histogram.percentile(0.5)).toBeLessThan(0.001);
  expect(histogram.max).toBe(1e12);
});

describe('merging', () => {
  test('equals recording everything in one, also over JSON', () => {
    const random = seededRandom(testSeed());
    const one = new LatencyHistogram();
    const parts = [new LatencyHistogram(), new LatencyHistogram()];
    for (let i = 0; i < 5_000; i++) {
      const value = Math.exp(random() * 10);
      one.record(value);
      parts[i % 2]!.record(value);
    }
    const sum = new LatencyHistogram();
    for (const part of parts) {
      sum.merge(
        LatencyHistogram.fromJSON(JSON.parse(JSON.stringify(part)) as ReturnType<LatencyHistogram['toJSON']>),
      );
    }
    for (const q of [0, 0.5, 0.99, 1]) expect(sum.percentile(q)).toBe(one.percentile(q));
    expect(sum.count).toBe(one.count);
    expect(sum.sum).toBeCloseTo(one.sum, 6);
  });

  test('hostile data is ignored', () => {
    const data = {
      buckets: [
        [-1, 5],
        [1e9, 5],
        [1.5, 5],
        [3, -5],
      ] as [number, number][],
      sum: 9,
      min: 1,
      max: 2,
    };
    expect(LatencyHistogram.fromJSON(data).count).toBe(0);
  });
});

test('reset() empties it', () => {
  const histogram = new LatencyHistogram();
  histogram.record(5);
  histogram.reset();
  expect(histogram).toMatchObject({ count: 0, sum: 0, max: 0, min: 0 });
  expect(histogram.percentile(1)).toBe(0);
});
