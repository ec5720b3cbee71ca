import type { Clock, Milliseconds } from '@spark-perf/core';

/**
 * The time a whole shutdown has. Each wait takes the lesser of its own timeout and what is left; once nothing is left,
 * whatever still has to be done is begun and no longer awaited.
 */
export class TimeBudget {
  readonly #clock: Clock;
  readonly #end: Milliseconds;

  constructor(
    clock: Clock,
    readonly total: Milliseconds,
  ) {
    this.#clock = clock;
    this.#end = clock.now() + total;
  }

  /** `timeout`, or what is left when that is less. */
  limit(timeout: Milliseconds): Milliseconds {
    return Math.min(timeout, Math.max(0, Math.ceil(this.#end - this.#clock.now())));
  }

  /** To the millisecond: timers count in whole ones, and may be early by the rest. */
  get spent(): boolean {
    return this.#end - this.#clock.now() < 1;
  }
}
