import type { Milliseconds } from '@spark-perf/core';

interface Reading {
  readonly at: Milliseconds;
  readonly totals: Map<string, number>;
}

/**
 * Rates of growing totals, between now and a reading at least `age` old. Looks in between shorten no interval. Totals
 * that are no longer asked for are forgotten with their reading: memory is bounded by two of them.
 */
export class RateBook {
  readonly #age: Milliseconds;
  #base: Reading | undefined;
  /** What becomes the base once it is old enough. */
  #next: Reading | undefined;
  #now: Milliseconds = 0;
  /** Whether the look under way is written down. */
  #recording = false;

  constructor(age: Milliseconds) {
    this.#age = age;
  }

  /** A look begins. */
  begin(now: Milliseconds): void {
    this.#now = now;
    this.#recording = this.#next === undefined || now - this.#next.at >= this.#age;
    if (!this.#recording) return;
    if (this.#next !== undefined) this.#base = this.#next;
    this.#next = { at: now, totals: new Map() };
  }

  /** Since when rates are told; `undefined` while there is nothing to compare with. */
  get since(): Milliseconds | undefined {
    return this.#base?.at;
  }

  /** By how much `total` grew; `undefined` while nothing is known of before. */
  growth(key: string, total: number): number | undefined {
    if (this.#recording) this.#next?.totals.set(key, total);
    const before = this.#base?.totals.get(key);
    return before === undefined ? undefined : Math.max(0, total - before);
  }

  /** By how much per second; 0 while nothing is known of before. */
  rate(key: string, total: number): number {
    const growth = this.growth(key, total);
    const passed = this.#now - (this.#base?.at ?? this.#now);
    return growth === undefined || passed <= 0 ? 0 : growth / (passed / 1_000);
  }
}
