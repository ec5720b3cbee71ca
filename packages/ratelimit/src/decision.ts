import type { Milliseconds } from '@spark-perf/core';

/** What a limiter says to one call. */
export interface RateLimitDecision {
  readonly allowed: boolean;
  /** The limit of the policy that is nearest to its end. */
  readonly limit: number;
  /** Units left of it. */
  readonly remaining: number;
  /** Epoch milliseconds: of a refusal when the cost fits again, else when this call leaves the window. */
  readonly resetTime: Milliseconds;
  /** Time until the cost fits: 0 when allowed, `Infinity` when it never will. */
  readonly retryAfter: Milliseconds;
}
