import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { WindowPolicy } from '../policy.js';
import { ResetCounts } from './reset-counts.js';

const ROWS = 4;

/**
 * What keys without a place in the table have used of one policy: a count-min sketch with conservative update (Estan and
 * Varghese, 2002), so an estimate may be too high and is never too low. A cell holds the highest count that any of its
 * keys was raised to, not their sum: a key's whole live count comes in one piece.
 *
 * Two generations of a window each: a count stays for one to two windows. Of a key's raises the latest covers the
 * earlier ones (who comes back to the table brings the estimate along), so the higher generation counts.
 *
 * A key that was reset has a count of its own besides, which is what is asked then. The cells are raised all the same:
 * once its count is dropped, they cover what it has used.
 */
export class EvictedCounts {
  readonly #window: Milliseconds;
  readonly #mask: number;
  readonly #bits: number;
  readonly #max: number;
  readonly #resets: ResetCounts;
  #current: Uint16Array | Int32Array;
  #previous: Uint16Array | Int32Array;
  #nextTurn: Milliseconds;
  /** No count is held after this. */
  #emptyFrom: Milliseconds = 0;

  /**
   * @param bits the logarithm of the cells per row
   * @param resets most keys whose reset is remembered
   */
  constructor(policy: WindowPolicy, bits: number, resets: number, time: Milliseconds) {
    this.#resets = new ResetCounts(resets);
    this.#window = policy.windowSize;
    this.#bits = bits;
    this.#mask = 2 ** bits - 1;
    const narrow = policy.maxRequests < 2 ** 16;
    this.#max = policy.maxRequests;
    const cells = ROWS << bits;
    this.#current = narrow ? new Uint16Array(cells) : new Int32Array(cells);
    this.#previous = narrow ? new Uint16Array(cells) : new Int32Array(cells);
    this.#nextTurn = time + this.#window;
  }

  static bytes(policy: WindowPolicy, bits: number, resets: number): Bytes {
    return 2 * (ROWS << bits) * (policy.maxRequests < 2 ** 16 ? 2 : 4) + ResetCounts.bytes(resets);
  }

  /** Units that the key may have used; at most the limit. */
  estimate(high: number, low: number, time: Milliseconds): number {
    if (time >= this.#nextTurn) this.#turn(time);
    if (time >= this.#emptyFrom) return 0;
    const own = this.#resets.find(high, low);
    if (own !== undefined) return Math.max(own.current, own.previous);
    let lowest = this.#max;
    for (let row = 0; row < ROWS; row++) {
      const cell = this.#cell(row, high, low);
      lowest = Math.min(lowest, Math.max(this.#current[cell] as number, this.#previous[cell] as number));
    }
    return lowest;
  }

  /** Units that the key may still have used when the older generation has gone. */
  estimateAfterTurn(high: number, low: number): number {
    const own = this.#resets.find(high, low);
    if (own !== undefined) return own.current;
    let lowest = this.#max;
    for (let row = 0; row < ROWS; row++)
      lowest = Math.min(lowest, this.#current[this.#cell(row, high, low)] as number);
    return lowest;
  }

  /** When the older generation goes. */
  get nextTurn(): Milliseconds {
    return this.#nextTurn;
  }

  /** When all that is held now has gone. */
  get lastTurn(): Milliseconds {
    return this.#nextTurn + this.#window;
  }

  /** The key has used `units`. */
  raise(high: number, low: number, time: Milliseconds, units: number): void {
    if (time >= this.#nextTurn) this.#turn(time);
    this.#emptyFrom = this.#nextTurn + this.#window;
    const own = this.#resets.find(high, low);
    if (own !== undefined && own.current < units) own.current = units;
    for (let row = 0; row < ROWS; row++) {
      const cell = this.#cell(row, high, low);
      if ((this.#current[cell] as number) < units) this.#current[cell] = units;
    }
  }

  /** The key has used nothing. */
  reset(high: number, low: number, time: Milliseconds): void {
    if (this.estimate(high, low, time) > 0) this.#resets.add(high, low);
  }

  #cell(row: number, high: number, low: number): number {
    // Both halves are a keyed hash already; double hashing gives the rows (Kirsch and Mitzenmacher, 2006).
    const mixed = Math.imul(high + Math.imul(row, low | 1), 0x9e3779b1);
    return (row << this.#bits) + ((mixed >>> 7) & this.#mask);
  }

  #turn(time: Milliseconds): void {
    const turns = Math.floor((time - this.#nextTurn) / this.#window) + 1;
    const stale = this.#previous;
    this.#previous = this.#current;
    this.#current = stale.fill(0);
    if (turns > 1) this.#previous.fill(0);
    this.#nextTurn += turns * this.#window;
    this.#resets.turn(turns);
  }
}
