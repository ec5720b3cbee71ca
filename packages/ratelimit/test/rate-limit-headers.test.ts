import { expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import type { HeaderStyle, PolicyStatus, RateLimitStatus } from '../src/rate-limit-headers.js';
import { rateLimitFields } from '../src/rate-limit-headers.js';
import { parseDictionary, parseList } from './structured-fields.js';

const policy = fc.record({
  name: fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 64,
  }),
  limit: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  windowSize: fc.integer({ min: 1, max: 2 ** 40 }),
  remaining: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  reset: fc.option(fc.double({ min: 0, max: 2 ** 41, noNaN: true }), { nil: undefined }),
});
const status = fc.array(policy, { minLength: 1, maxLength: 4 }).map((policies): RateLimitStatus => ({
  policies,
  tightest: policies[0] as PolicyStatus,
  resetTime: 1_700_000_000_000.5,
}));

const fields = (style: HeaderStyle, of: RateLimitStatus) => new Map(rateLimitFields(style, of));
const seconds = (time: number) => Math.ceil(time / 1_000);
const check = (body: (of: RateLimitStatus) => void) =>
  fc.assert(fc.property(status, body), { seed: testSeed(), numRuns: soakCount(10_000) });

test('legacy: the figures of the tightest policy, Reset in epoch milliseconds', () => {
  check((of) => {
    expect(Object.fromEntries(fields('legacy', of))).toEqual({
      'X-RateLimit-Limit': String(of.tightest.limit),
      'X-RateLimit-Remaining': String(of.tightest.remaining),
      'X-RateLimit-Reset': '1700000000001',
    });
  });
});

test('draft-6 round-trips', () => {
  check((of) => {
    const all = fields('draft-6', of);
    const one = (name: string) => parseList(all.get(name) ?? '').map(({ value }) => value);
    const { limit, remaining, reset, windowSize } = of.tightest;
    expect(one('RateLimit-Limit')).toEqual([limit]);
    expect(one('RateLimit-Remaining')).toEqual([remaining]);
    expect(one('RateLimit-Reset')).toEqual([seconds(reset ?? windowSize)]);
    expect(parseList(all.get('RateLimit-Policy') ?? '')).toEqual(
      of.policies.map((each) => ({ value: each.limit, params: { w: seconds(each.windowSize) } })),
    );
  });
});

test('draft-7 round-trips', () => {
  check((of) => {
    const all = fields('draft-7', of);
    const { limit, remaining, reset, windowSize } = of.tightest;
    const parsed = parseDictionary(all.get('RateLimit') ?? '');
    expect(Object.fromEntries(Object.entries(parsed).map(([name, { value }]) => [name, value]))).toEqual({
      limit,
      remaining,
      reset: seconds(reset ?? windowSize),
    });
    expect(parseList(all.get('RateLimit-Policy') ?? '')).toEqual(
      of.policies.map((each) => ({ value: each.limit, params: { w: seconds(each.windowSize) } })),
    );
  });
});

test.each(['draft-8', 'draft-11'] as const)('%s round-trips, every policy by its name', (style) => {
  check((of) => {
    const all = fields(style, of);
    expect(parseList(all.get('RateLimit-Policy') ?? '')).toEqual(
      of.policies.map(({ name, limit, windowSize }) => ({
        value: name,
        params: { q: limit, w: seconds(windowSize) },
      })),
    );
    expect(parseList(all.get('RateLimit') ?? '')).toEqual(
      of.policies.map(({ name, remaining, reset }) => ({
        value: name,
        params: { r: remaining, ...(reset === undefined ? {} : { t: seconds(reset) }) },
      })),
    );
  });
});
