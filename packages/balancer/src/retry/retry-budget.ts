import type { Milliseconds, Ratio } from '@spark-perf/core';

const SECONDS = 10;

/**
 * How much may be retried, so that retries can't multiply an overload: a share of the requests of the last 10 s, but
 * always `minPerSecond`. Ten buckets of a second, O(1). Source: Finagle's `RetryBudget`.
 */
export class RetryBudget {
  readonly #requests = new Float64Array(SECONDS);
  readonly #retries = new Float64Array(SECONDS);
  #second = 0;
  #totalRequests = 0;
  #totalRetries = 0;

  constructor(
    readonly ratio: Ratio,
    readonly minPerSecond: number,
  ) {}

  /** Counts a request that a client made. */
  deposit(now: Milliseconds): void {
    const index = this.#advance(now);
    this.#requests[index]!++;
    this.#totalRequests++;
  }

  /** Takes one retry; false when there is none left. */
  withdraw(now: Milliseconds): boolean {
    const index = this.#advance(now);
    if (
      this.#retries[index]! >= this.minPerSecond &&
      this.#totalRetries + 1 > this.ratio * this.#totalRequests
    )
      return false;
    this.#retries[index]!++;
    this.#totalRetries++;
    return true;
  }

  /** Empties the buckets of the seconds that have passed; the index of the current one. */
  #advance(now: Milliseconds): number {
    const second = Math.floor(now / 1_000);
    const steps = Math.min(SECONDS, second - this.#second);
    for (let step = 1; step <= steps; step++) {
      const index = (this.#second + step) % SECONDS;
      // When all are stale, which second a bucket belonged to no longer matters.
      this.#totalRequests -= this.#requests[index]!;
      this.#totalRetries -= this.#retries[index]!;
      this.#requests[index] = this.#retries[index] = 0;
    }
    if (steps > 0) this.#second = second;
    return this.#second % SECONDS;
  }
}
