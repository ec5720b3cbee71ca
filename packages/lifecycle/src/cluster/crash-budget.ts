import type { Clock, Milliseconds } from '@spark-perf/core';

/** Counts crashes within a sliding window. Keeps at most `max` times. */
export class CrashBudget {
  readonly #clock: Clock;
  readonly #times: Milliseconds[] = [];
  #total = 0;

  constructor(
    clock: Clock,
    readonly max: number,
    readonly window: Milliseconds,
  ) {
    this.#clock = clock;
  }

  /** Crashes since the beginning. */
  get total(): number {
    return this.#total;
  }

  /** Notes a crash. Returns whether it was one too many. */
  exhaust(): boolean {
    const now = this.#clock.now();
    this.#total += 1;
    this.#times.push(now);
    while (this.#times.length > this.max || now - (this.#times[0] ?? now) >= this.window) this.#times.shift();
    return this.#times.length === this.max;
  }
}
