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

const MAX = 10_000;

/** Errors and misses of fetchers, remembered for a while, in this process only. */
export class NegativeResults {
  readonly #tags: TagTable;
  readonly #clock: Clock;
  readonly #results = new Map<string, Remembered>();
  /** Whether the channel has stood before. */
  #heard = false;

  constructor(tags: TagTable, clock: Clock) {
    this.#tags = tags;
    this.#clock = clock;
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
    if (this.#results.size >= MAX)
      for (const oldest of this.#results.keys()) {
        this.#results.delete(oldest);
        break;
      }
    this.#results.set(key, { result, until: this.#clock.now() + ttl, tags, seq });
  }

  delete(key: string): void {
    if (this.#results.size > 0) this.#results.delete(key);
  }

  /** The channel has changed: after a gap nobody can tell which keys have been set meanwhile. */
  hear(state: 'up' | 'gap' | 'down'): void {
    if (state === 'gap' || (state === 'up' && this.#heard)) this.clear();
    if (state === 'up') this.#heard = true;
  }

  clear(): void {
    this.#results.clear();
  }
}
