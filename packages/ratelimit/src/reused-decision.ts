import type { Clock, Milliseconds } from '@spark-perf/core';
import type { RateLimitDecision } from './decision.js';
import type { WindowPolicy } from './policy.js';
import { tightestOf, waitOf } from './verdict.js';
import type { WindowOutcome } from './window-store.js';

/** The one decision that `check` hands out: valid until its next call. */
export class ReusedDecision implements RateLimitDecision {
  readonly #clock: Clock;
  // Fractions, so that these are double fields from the start, which are written in place.
  #ahead = 0.5;
  retryAfter: Milliseconds = 0.5;
  allowed = true;
  limit = 0;
  remaining = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    // An own, enumerable property, so that copies and JSON have it; read late, as a second look at a clock costs as
    // much as the rest of the decision.
    Object.defineProperty(this, 'resetTime', {
      enumerable: true,
      get: () => this.#clock.wallNow() + this.#ahead,
    });
  }

  declare readonly resetTime: Milliseconds;

  fill(outcome: WindowOutcome, policies: readonly WindowPolicy[]): this {
    const tightest = policies.length === 1 ? 0 : tightestOf(outcome);
    const policy = policies[tightest] as WindowPolicy;
    this.allowed = outcome.allowed;
    this.limit = policy.maxRequests;
    this.remaining = outcome.remaining[tightest] as number;
    this.retryAfter = waitOf(outcome, tightest);
    this.#ahead = outcome.allowed ? policy.windowSize : this.retryAfter;
    return this;
  }
}
