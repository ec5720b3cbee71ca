import type { Bytes } from '@spark-perf/core';

/** What an entry takes on the heap, roughly. */
const ENTRY: Bytes = 112;

/** What a key has used since its reset, in the sketch's two generations. */
export interface ResetCount {
  readonly high: number;
  /** The newer generation's and the older one's. */
  current: number;
  previous: number;
  /** Turns of the sketch since the reset. */
  turns: number;
}

/**
 * Counts of the keys that were reset while the sketch held something of them, each by itself, since nothing can be taken
 * out of a sketch. An entry lasts until the sketch has dropped what it held at the reset: two turns. Of more keys than
 * there is room for, those reset last are kept; what the sketch says of the rest is too high, as ever.
 */
export class ResetCounts {
  readonly #limit: number;
  /** By the second half of the hash; the one reset last comes last. */
  readonly #entries = new Map<number, ResetCount>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  static bytes(limit: number): Bytes {
    return limit * ENTRY;
  }

  /** The key has used nothing. */
  add(high: number, low: number): void {
    this.#entries.delete(low);
    if (this.#entries.size >= this.#limit) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(low, { high, current: 0, previous: 0, turns: 0 });
  }

  find(high: number, low: number): ResetCount | undefined {
    if (this.#entries.size === 0) return undefined;
    const entry = this.#entries.get(low);
    return entry?.high === high ? entry : undefined;
  }

  /** The sketch has turned so often. */
  turn(turns: number): void {
    for (const [low, entry] of this.#entries) {
      entry.turns += turns;
      entry.previous = turns > 1 ? 0 : entry.current;
      entry.current = 0;
      if (entry.turns > 1) this.#entries.delete(low);
    }
  }
}
