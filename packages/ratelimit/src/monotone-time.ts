import type { Clock, Milliseconds } from '@spark-perf/core';

/**
 * Whole milliseconds that never go back, from 0 at construction. When the clock steps back, time stands still for
 * that call and goes on from there: a block lasts no longer for it. A step forward counts as time passed.
 */
export class MonotoneTime {
  readonly #clock: Clock;
  #offset: Milliseconds;
  #last: Milliseconds = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = -clock.now();
  }

  tick(): Milliseconds {
    const time = this.#clock.now() + this.#offset;
    if (time < this.#last) return this.#standStill(time);
    this.#last = time;
    return Math.floor(time);
  }

  #standStill(time: Milliseconds): Milliseconds {
    this.#offset += this.#last - time;
    return Math.floor(this.#last);
  }
}
