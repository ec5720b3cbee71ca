import type { Field, RateLimitStatus } from '../rate-limit-headers.js';
import { deltaSeconds } from './delta-seconds.js';

/** draft-ietf-httpapi-ratelimit-headers-07: the tightest policy as a dictionary, all policies as a list. */
export function draft7Fields({ policies, tightest }: RateLimitStatus): Field[] {
  const { limit, remaining, reset } = tightest;
  const list = policies.map((policy) => `${policy.limit};w=${deltaSeconds(policy.windowSize)}`);
  return [
    ['RateLimit-Policy', list.join(', ')],
    [
      'RateLimit',
      `limit=${limit}, remaining=${remaining}, reset=${deltaSeconds(reset ?? tightest.windowSize)}`,
    ],
  ];
}
