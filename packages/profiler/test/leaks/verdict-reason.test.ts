import { describe, expect, test } from '@jest/globals';
import type { GrowthEvidence } from '../../src/leaks/growth-test.js';
import { reasonFor } from '../../src/leaks/verdict-reason.js';

const still: GrowthEvidence = {
  ...{ growing: false, points: 40, slope: 0, lower: null, upper: null, halves: [0, 0], lately: 0 },
  ...{ growth: 0, timeToLimit: null, explainedByLoad: false },
};
const grows: GrowthEvidence = {
  ...still,
  ...{ growing: true, slope: 20 * 1_024, lower: 1_536, growth: 4 * 1_024 * 1_024, timeToLimit: 5_400_000 },
};
const tested = { heap: still, external: still, rss: still };

describe('the ground of a verdict in one sentence', () => {
  test.each([
    ['learning', '3 of 8 looks with a major collection since the warm-up'],
    ['inconclusive', 'too few major collections: 3 of 8 looks found one since the warm-up'],
    ['healthy', 'no series grows lastingly'],
    ['recovered', 'no series grows lastingly'],
  ] as const)('%s', (verdict, reason) => {
    expect(reasonFor(verdict, tested, 3, 8)).toBe(reason);
    expect(reasonFor(verdict, undefined, 3, 8)).toBe(reason);
  });

  test('what grows is named, with its figures', () => {
    expect(reasonFor('leaking', { ...tested, external: grows }, 40, 8)).toBe(
      'external memory grows by 20 KB/s (at least 1.5), 4096 KB over 40 collections, and reaches its limit in 1.5 h',
    );
    const both = reasonFor('suspect', { ...tested, heap: grows, rss: grows }, 40, 8);
    expect(both.split('; ').map((part) => part.split(' grows')[0])).toEqual(['live heap', 'resident memory']);
  });

  test('a heap that follows the load is said to', () => {
    const heap = { ...still, explainedByLoad: true };
    expect(reasonFor('healthy', { ...tested, heap }, 40, 8)).toBe('the live heap follows the load');
  });
});
