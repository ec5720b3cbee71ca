import type { Field, RateLimitStatus } from '../rate-limit-headers.js';

/** X-RateLimit-*, of the tightest policy; `Reset` in epoch milliseconds. */
export function legacyFields({ tightest, resetTime }: RateLimitStatus): Field[] {
  return [
    ['X-RateLimit-Limit', String(tightest.limit)],
    ['X-RateLimit-Remaining', String(tightest.remaining)],
    ['X-RateLimit-Reset', String(Math.ceil(resetTime))],
  ];
}
