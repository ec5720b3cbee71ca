import type { Clock, Milliseconds } from '@spark-perf/core';
import type { TagTable } from './coherence/tag-table.js';

/** What a fetcher gave that is no value: an error, or `null` or `undefined`. */
export type NegativeResult =
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'nothing'; readonly value: null | undefined };

interface Remembered {
  readonly result: NegativeResult;
  readonly until: Milliseconds;
  readonly tags: readonly string[];
  readonly seq: number;
}

/** Errors and misses of fetchers, remembered for a while, in this process only. */
export class NegativeResults {
  readonly #tags: TagTable;
  readonly #clock: Clock;
  readonly #max: number;
  readonly #results = new Map<string, Remembered>();

  constructor(max: number, tags: TagTable, clock: Clock) {
    this.#tags = tags;
    this.#clock = clock;
    this.#max = max;
  }

  get(key: string): NegativeResult | undefined {
    if (this.#results.size === 0) return undefined;
    const remembered = this.#results.get(key);
    if (remembered === undefined) return undefined;
    if (this.#clock.now() < remembered.until && !this.#tags.changedSince(remembered.tags, remembered.seq))
      return remembered.result;
    this.#results.delete(key);
    return undefined;
  }

  put(key: string, result: NegativeResult, ttl: Milliseconds, tags: readonly string[], seq: number): void {
    this.#results.delete(key);
    if (this.#results.size >= this.#max)
      for (const oldest of this.#results.keys()) {
        this.#results.delete(oldest);
        break;
      }
    this.#results.set(key, { result, until: this.#clock.now() + ttl, tags, seq });
  }

  delete(key: string): void {
    if (this.#results.size > 0) this.#results.delete(key);
  }

  clear(): void {
    this.#results.clear();
  }
}
