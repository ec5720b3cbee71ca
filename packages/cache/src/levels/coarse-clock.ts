import type { Clock, Milliseconds } from '@spark-perf/core';

/** Reads the clock at most once per millisecond: on a hit path the reading itself is half the cost. */
export class CoarseClock {
  readonly #clock: Clock;
  #now: Milliseconds | undefined;
  readonly #forget = (): void => {
    this.#now = undefined;
  };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Milliseconds {
    if (this.#now !== undefined) return this.#now;
    this.#clock.setTimeout(this.#forget, 1);
    // lru-cache takes a start of 0 for "no time to live".
    return (this.#now = this.#clock.now() + 1);
  }
}
