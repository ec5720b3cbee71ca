import type { Milliseconds } from './units.js';

const SLICES = 10;

/** Calls and failures of the last `window` in ten slices: the oldest slice leaves as a whole. Fixed memory. */
export class FailureRateWindow {
  readonly #width: Milliseconds;
  readonly #calls = new Float64Array(SLICES);
  readonly #failures = new Float64Array(SLICES);
  #slice = -Infinity;

  constructor(window: Milliseconds) {
    this.#width = window / SLICES;
  }

  record(now: Milliseconds, failed: boolean): void {
    this.#rotate(now);
    const index = this.#slice % SLICES;
    this.#calls[index]! += 1;
    if (failed) this.#failures[index]! += 1;
  }

  calls(now: Milliseconds): number {
    this.#rotate(now);
    return sum(this.#calls);
  }

  failures(now: Milliseconds): number {
    this.#rotate(now);
    return sum(this.#failures);
  }

  clear(): void {
    this.#calls.fill(0);
    this.#failures.fill(0);
  }

  #rotate(now: Milliseconds): void {
    const slice = Math.floor(now / this.#width);
    if (slice <= this.#slice) return;
    if (slice - this.#slice >= SLICES) this.clear();
    else {
      for (let i = this.#slice + 1; i <= slice; i++) {
        this.#calls[i % SLICES] = 0;
        this.#failures[i % SLICES] = 0;
      }
    }
    this.#slice = slice;
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
