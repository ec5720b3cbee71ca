import { expect, test } from '@jest/globals';
import { backoffDelay } from '../src/index.js';

test('doubles up to the cap, also for absurd attempts', () => {
  const options = { initial: 50, max: 1_000, random: () => 0.5 };
  expect([0, 1, 2, 3, 4, 5, 6, 5_000].map((n) => backoffDelay(n, options))).toEqual([
    50, 100, 200, 400, 800, 1_000, 1_000, 1_000,
  ]);
});

test('jitter takes its share off and never adds', () => {
  const options = { initial: 100, max: 100, jitter: 0.2 };
  expect(backoffDelay(0, { ...options, random: () => 0 })).toBe(100);
  expect(backoffDelay(0, { ...options, random: () => 0.5 })).toBe(90);
  expect(backoffDelay(0, { ...options, random: () => 0.9999999 })).toBeGreaterThanOrEqual(80);
});
