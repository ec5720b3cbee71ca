import type { Bytes } from '@spark-perf/core';

/**
 * How much is read at a time. Less than the 64 KiB that Node would: with what may wait already, that is the most of a
 * body that a client which does not read holds here.
 */
export const SLAB: Bytes = 49_152;
/** Most slabs that wait for their next use. */
const SPARE = 16;

/**
 * Memory that is read into again and again. A buffer per read would be garbage that V8 counts as external: bodies of
 * some hundred MiB a second then make it mark the whole heap every few milliseconds, and each read goes to memory that
 * no cache knows any more.
 */
export class SlabPool {
  readonly #spare: Buffer[] = [];

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(SLAB);
  }

  /** Nobody looks at `slab` any more. */
  give(slab: Buffer): void {
    if (this.#spare.length < SPARE) this.#spare.push(slab);
  }
}
