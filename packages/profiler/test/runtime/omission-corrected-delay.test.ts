import { expect, test } from '@jest/globals';
import { OmissionCorrectedDelay } from '../../src/runtime/omission-corrected-delay.js';

const of = (resolution: number, ...delays: number[]) => {
  const delay = new OmissionCorrectedDelay(resolution);
  for (const one of delays) delay.record(one);
  return delay.report();
};

test('nothing recorded is nothing, not infinity', () => {
  expect(of(20)).toEqual({ count: 0, min: 0, max: 0, mean: 0, stddev: 0, p50: 0, p90: 0, p99: 0 });
});

test('a delay stands for those that a timer could not see while it lasted', () => {
  // 100, 80, 60, 40 and 20 ms: what ends at the block's end exactly waited for nothing.
  expect(of(20, 100)).toMatchObject({ count: 5, min: 20, max: 100, mean: 60 });
  expect(of(20, 101)).toMatchObject({ count: 6, min: 1, max: 101 });
  expect(of(20, 20)).toMatchObject({ count: 1, min: 20, max: 20, mean: 20, stddev: 0 });
});

test('mean and standard deviation are exact', () => {
  const { mean, stddev } = of(1_000, 2, 4, 4, 4, 5, 5, 7, 9);
  expect(mean).toBe(5);
  expect(stddev).toBeCloseTo(2, 9);
});

test('a timer that fires early had no delay', () => {
  expect(of(20, -5)).toMatchObject({ count: 1, min: 0, max: 0, mean: 0 });
});

test('percentiles stay between the least and the most', () => {
  const { p50, p90, p99 } = of(1_000, 7, 7, 7);
  expect([p50, p90, p99]).toEqual([7, 7, 7]);
});

test('a suspended machine is 3,000 samples at most', () => {
  expect(of(5, 3_600_000)).toMatchObject({ count: 3_001, max: 3_600_000 });
});
