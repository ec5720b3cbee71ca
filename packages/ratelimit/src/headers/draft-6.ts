import type { Field, RateLimitStatus } from '../rate-limit-headers.js';
import { deltaSeconds } from './delta-seconds.js';

/** draft-ietf-httpapi-ratelimit-headers-06: one field per figure of the tightest policy, all policies in one list. */
export function draft6Fields({ policies, tightest }: RateLimitStatus): Field[] {
  const list = policies.map(({ limit, windowSize }) => `${limit};w=${deltaSeconds(windowSize)}`);
  return [
    ['RateLimit-Policy', list.join(', ')],
    ['RateLimit-Limit', String(tightest.limit)],
    ['RateLimit-Remaining', String(tightest.remaining)],
    ['RateLimit-Reset', String(deltaSeconds(tightest.reset ?? tightest.windowSize))],
  ];
}
