import { describe, expect, test } from '@jest/globals';
import { startOf, stepOf, windowPolicy } from '../src/policy.js';

describe('buckets', () => {
  const buckets = (windowSize: number, precision?: number) => {
    const { unit, scale, span } = windowPolicy({ name: 'p', maxRequests: 100, windowSize, precision });
    return { buckets: scale === 1 ? windowSize : scale, width: unit / scale, span };
  };

  test.each([
    ['60 of a second by default', 60_000, undefined, 60],
    ['at least 10', 60_000, 60_000, 10],
    ['at most 120', 60_000, 1, 120],
    ['a precision that does not divide the window is rounded', 60_000, 4_500, 13],
    ['to the nearest', 60_000, 4_445, 13],
    ['one per millisecond of a short window', 50, 1, 50],
    ['at most 120, a millisecond each', 120, 1, 120],
  ])('%s', (_name, windowSize, precision, count) => {
    const { buckets: actual, width, span } = buckets(windowSize, precision);
    expect(actual).toBe(count);
    expect(width).toBe(windowSize / count);
    // A bucket more than the window has, unless buckets are milliseconds: the oldest counts in full.
    expect(span).toBe(width === 1 ? count : count + 1);
  });

  test('a policy of its own precision goes before that of the limiter', () => {
    const raw = { name: 'p', maxRequests: 100, windowSize: 60_000 };
    expect(windowPolicy(raw, 6_000).scale).toBe(10);
    expect(windowPolicy({ ...raw, precision: undefined }, 6_000).scale).toBe(10);
    expect(windowPolicy({ ...raw, precision: 3_000 }, 6_000).scale).toBe(20);
  });
});

test('limits up to 32 are exact, larger ones are not', () => {
  const exact = (maxRequests: number) => windowPolicy({ name: 'p', maxRequests, windowSize: 60_000 }).exact;
  expect([1, 32, 33].map(exact)).toEqual([true, true, false]);
});

test('a step holds the milliseconds from its start to that of the next', () => {
  for (const [windowSize, precision] of [
    [60_000, 1_000],
    [1_000, 77],
    [997, 13],
    [2 ** 40, 2 ** 36],
  ] as const) {
    const policy = windowPolicy({ name: 'p', maxRequests: 100, windowSize, precision });
    for (const step of [0, 1, 12, 1_000, 123_456]) {
      const start = startOf(policy, step);
      expect([stepOf(policy, start), stepOf(policy, start - 1)]).toEqual([step, step - 1]);
      // A unit charged in the last millisecond of a step is gone no sooner than a window later.
      expect(startOf(policy, step + policy.span)).toBeGreaterThanOrEqual(
        startOf(policy, step + 1) - 1 + windowSize,
      );
    }
  }
});

test.each(['maxRequests', 'windowSize'])('a policy without %s is refused, not given a guess', (option) => {
  const raw = { name: 'p', maxRequests: 100, windowSize: 60_000, [option]: undefined };
  expect(() => windowPolicy(raw)).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option }));
});
