import type { Random } from '@spark-perf/core';

/** Calls that stand still until the schedule lets one of them go on. */
export class Schedule {
  readonly #waiting: (() => void)[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Stands still. */
  pause(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Lets one call go on, any of them. */
  step(): void {
    const at = Math.floor(this.#random() * this.#waiting.length);
    this.#waiting.splice(at, 1)[0]?.();
  }

  async drain(): Promise<void> {
    for (let idle = 0; idle < 3;) {
      await settle();
      if (this.#waiting.length === 0) idle++;
      else {
        idle = 0;
        this.step();
      }
    }
  }
}

/** Lets promise chains run dry. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}
