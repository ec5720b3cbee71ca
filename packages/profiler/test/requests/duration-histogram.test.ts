import { describe, expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { seededRandom } from '@spark-perf/core';
import fc from 'fast-check';
import { DurationHistogram } from '../../src/requests/duration-histogram.js';

const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999];
const HOUR = 3_600_000;
const clamp = (value: number) => Math.min(HOUR, Math.max(0.001, value));

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const distributions = {
  lognormal: (random: () => number, scale: number) => scale * Math.exp(normal(random)),
  bimodal: (random: () => number, scale: number) =>
    (random() < 0.97 ? scale : scale * 120) * (0.9 + 0.2 * random()),
  'heavy-tailed': (random: () => number, scale: number) => scale / (1 - random()) ** 1.5,
  constant: (_random: () => number, scale: number) => scale,
  uniform: (random: () => number, scale: number) => scale * random(),
};

describe.each(Object.entries(distributions))('%s data', (_name, draw) => {
  test('every percentile is within 1 % of the exact one, from 1 µs to 1 h', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -3, max: 6, noNaN: true }), (seed, magnitude) => {
        const random = seededRandom(seed);
        const values = Array.from({ length: 2_000 }, () => clamp(draw(random, 10 ** magnitude)));
        const histogram = new DurationHistogram();
        for (const value of values) histogram.record(value);
        values.sort((a, b) => a - b);
        const found = histogram.percentiles(QUANTILES);
        for (const [i, q] of QUANTILES.entries()) {
          const exact = values[Math.ceil(q * values.length) - 1] ?? NaN;
          expect(Math.abs((found[i] ?? NaN) - exact) / exact).toBeLessThanOrEqual(0.01);
          expect(histogram.percentile(q)).toBe(found[i]);
        }
      }),
      { seed: testSeed(), numRuns: soakCount(300) },
    );
  });
});

test('adding, copying, subtracting and JSON keep every count', () => {
  const durations = fc.array(fc.double({ min: 0, max: 2 * HOUR, noNaN: true }), { maxLength: 200 });
  fc.assert(
    fc.property(durations, durations, (first, second) => {
      const [one, two, both] = [new DurationHistogram(), new DurationHistogram(), new DurationHistogram()];
      for (const value of first) one.record(value);
      for (const value of second) two.record(value);
      for (const value of [...first, ...second]) both.record(value);
      const sum = one.copy();
      sum.merge(DurationHistogram.fromJSON(JSON.parse(JSON.stringify(two))));
      expect(sum.toJSON()).toEqual(both.toJSON());
      expect(sum.count).toBe(both.count);
      sum.subtract(one);
      expect(sum.toJSON()).toEqual(two.toJSON());
    }),
    { seed: testSeed(), numRuns: soakCount(1_000) },
  );
});

test('what is out of range, negative or no number is counted at the ends', () => {
  const histogram = new DurationHistogram();
  for (const value of [-1, NaN, 1e12, Infinity]) histogram.record(value);
  expect(histogram.count).toBe(4);
  expect(histogram.percentile(0.5)).toBeLessThan(0.001);
  expect(histogram.percentile(1)).toBeGreaterThan(HOUR);
  expect(new DurationHistogram().percentile(0.5)).toBe(0);
});

test('damaged data is left out', () => {
  const buckets = [-1, 5, 1e9, 5, 1.5, 5, 3, -2, 7, 2, 8];
  expect(DurationHistogram.fromJSON({ buckets }).count).toBe(2);
});

test('data since an earlier copy is that of what was recorded after it', () => {
  const histogram = new DurationHistogram();
  for (const value of [0.5, 3, 3]) histogram.record(value);
  const earlier = histogram.copy();
  const later = new DurationHistogram();
  for (const value of [3, 700, 0.0001]) {
    histogram.record(value);
    later.record(value);
  }
  expect(histogram.dataSince(earlier)).toEqual(later.toJSON());
  expect(histogram.dataSince(undefined)).toEqual(histogram.toJSON());
});
