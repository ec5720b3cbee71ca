import type { Clock, Milliseconds } from '@spark-perf/core';

const BURST = 10;
const REFILL: Milliseconds = 3_000;

/** Wrong passwords, whoever sends them: ten at once, then one in three seconds. No memory per client to fill. */
export class LoginThrottle {
  readonly #clock: Clock;
  #tokens = BURST;
  #at: Milliseconds;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** Whether another attempt may be made now. */
  get open(): boolean {
    const now = this.#clock.now();
    this.#tokens = Math.min(BURST, this.#tokens + (now - this.#at) / REFILL);
    this.#at = now;
    return this.#tokens >= 1;
  }

  failed(): void {
    this.#tokens -= 1;
  }
}
