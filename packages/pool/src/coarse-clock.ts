import type { Clock, Milliseconds, Timer } from '@spark-perf/core';

/** How often the reading is renewed while the pool is in use. */
const TICK: Milliseconds = 50;
/** Readings per tick that are exact: up to 640 a second all of them, beyond that every 32nd. */
const EXACT = 32;
const STRIDE = 32;

/**
 * Time for the hot path, where reading the real clock would cost more than the rest together. Never older than 50 ms
 * or 32 readings, whichever comes first; the timer stops when nobody reads.
 */
export class CoarseClock {
  /** The latest reading. */
  now: Milliseconds;
  /** Whether the latest `read()` was exact. */
  exact = true;
  readonly #clock: Clock;
  readonly #onTick: () => void;
  #left = EXACT;
  #timer: Timer | undefined;

  /** `onTick` is called every 50 ms while the clock is read, and once more after. */
  constructor(clock: Clock, onTick: () => void) {
    this.#clock = clock;
    this.#onTick = onTick;
    this.now = clock.now();
  }

  read(): Milliseconds {
    const left = --this.#left;
    if (left > 0 || (left & (STRIDE - 1)) === 0) {
      this.exact = true;
      return this.readExactly();
    }
    this.exact = false;
    return this.now;
  }

  readExactly(): Milliseconds {
    if (this.#timer === undefined) this.#arm();
    return (this.now = this.#clock.now());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = this.#clock.setTimeout(this.#tick, TICK);
  }

  readonly #tick = (): void => {
    this.#timer = undefined;
    if (this.#left < EXACT) {
      this.#left = EXACT;
      this.#arm();
    }
    this.now = this.#clock.now();
    this.#onTick();
  };
}
