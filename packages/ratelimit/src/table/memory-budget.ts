import type { Bytes } from '@spark-perf/core';

/** What the tables of one store may hold together. */
export class MemoryBudget {
  #slots = 0;
  #bytes: Bytes = 0;

  constructor(
    readonly maxSlots: number,
    readonly maxBytes: Bytes,
  ) {}

  get bytes(): Bytes {
    return this.#bytes;
  }

  /** Takes so much, negative to give back, or nothing when it is not there. */
  take(slots: number, bytes: Bytes): boolean {
    if (this.#slots + slots > this.maxSlots || this.#bytes + bytes > this.maxBytes) return false;
    this.force(slots, bytes);
    return true;
  }

  /** Takes it in any case: the little that a table can't do without. */
  force(slots: number, bytes: Bytes): void {
    this.#slots += slots;
    this.#bytes += bytes;
  }
}
