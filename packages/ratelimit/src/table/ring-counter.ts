import type { WindowPolicy } from '../policy.js';
import type { Segment } from './segment.js';
import type { WindowCounter } from './window-counter.js';

/**
 * A ring of counts, one per step, and their running total. The step that the window only partly covers counts in full.
 * O(1) but for the steps that have passed since the last call, each of which is cleared once: O(1) amortised.
 *
 * Words: the step it was settled at, then the total and the counts, 2 bytes each, or 4 for limits from 2^16.
 */
export class RingCounter implements WindowCounter {
  readonly words: number;
  readonly stride: number;
  readonly #span: number;
  readonly #limit: number;
  /** Whether cells have 2 bytes. Both kinds go through one typed array: a second kind of array would slow down both. */
  readonly #isNarrow: boolean;

  constructor(readonly policy: WindowPolicy) {
    this.#span = policy.span;
    this.#limit = policy.maxRequests;
    this.#isNarrow = policy.maxRequests < 2 ** 16;
    this.stride = policy.span;
    this.words = 1 + (this.#isNarrow ? Math.ceil((policy.span + 1) / 2) : policy.span + 1);
  }

  settle(segment: Segment, at: number, step: number): number {
    const { words } = segment;
    const passed = step - (words[at] as number);
    let total = this.#get(words, at, 0);
    if (passed > 0) {
      words[at] = step;
      const span = this.#span;
      if (passed >= span) {
        words.fill(0, at + 1, at + this.words);
        return 0;
      }
      if (total > 0) {
        let place = (step - passed) % span;
        for (let i = 0; i < passed; i++) {
          place = place + 1 === span ? 0 : place + 1;
          total -= this.#get(words, at, 1 + place);
          this.#set(words, at, 1 + place, 0);
        }
        this.#set(words, at, 0, total);
      }
    }
    return total;
  }

  tryAdd(segment: Segment, at: number, step: number, phase: number, units: number): number {
    const { words } = segment;
    if (words[at] !== step) this.settle(segment, at, step);
    const first = words[at + 1] as number;
    const total = (this.#isNarrow ? first & 0xffff : first) + units;
    if (total > this.#limit) return -1;
    const cell = 1 + phase;
    if (this.#isNarrow) {
      // Neither half can overflow: no count exceeds the total, nor the total the limit.
      words[at + 1] = first + units;
      const word = at + 1 + (cell >> 1);
      words[word] = (words[word] as number) + (units << ((cell & 1) << 4));
    } else {
      words[at + 1] = total;
      words[at + 1 + cell] = (words[at + 1 + cell] as number) + units;
    }
    return this.#limit - total;
  }

  add(segment: Segment, at: number, step: number, units: number): void {
    const { words } = segment;
    let total = this.#get(words, at, 0) + units;
    if (total > this.#limit) {
      this.#removeOldest(segment, at, step, total - this.#limit);
      total = this.#get(words, at, 0) + units;
    }
    const cell = 1 + (step % this.#span);
    this.#set(words, at, cell, this.#get(words, at, cell) + units);
    this.#set(words, at, 0, total);
  }

  remove(segment: Segment, at: number, step: number, units: number, charged: number): void {
    if (charged < 0) this.#removeOldest(segment, at, step, units);
    else if (charged <= step && step - charged < this.#span)
      this.#take(segment.words, at, 1 + (charged % this.#span), units);
  }

  stepWithout(segment: Segment, at: number, step: number, units: number): number {
    let left = units;
    for (let past = Math.max(0, step - this.#span + 1); past <= step; past++) {
      left -= this.#get(segment.words, at, 1 + (past % this.#span));
      if (left <= 0) return past + this.#span;
    }
    return step;
  }

  units(segment: Segment, at: number): number {
    return this.#get(segment.words, at, 0);
  }

  lastStep(segment: Segment, at: number): number {
    return segment.words[at] as number;
  }

  isExpired(segment: Segment, at: number, step: number): boolean {
    return step - (segment.words[at] as number) >= this.#span || this.units(segment, at) === 0;
  }

  clear(segment: Segment, at: number, step: number): void {
    segment.words.fill(0, at, at + this.words);
    segment.words[at] = step;
  }

  shift(segment: Segment, at: number, steps: number): void {
    segment.words[at] = Math.max(0, (segment.words[at] as number) - steps);
  }

  #removeOldest({ words }: Segment, at: number, step: number, units: number): void {
    let left = units;
    for (let past = Math.max(0, step - this.#span + 1); past <= step && left > 0; past++)
      left -= this.#take(words, at, 1 + (past % this.#span), left);
  }

  /** Takes up to so many units out of a cell and the total; returns how many. */
  #take(words: Int32Array, at: number, cell: number, units: number): number {
    const held = this.#get(words, at, cell);
    const taken = Math.min(units, held);
    this.#set(words, at, cell, held - taken);
    this.#set(words, at, 0, this.#get(words, at, 0) - taken);
    return taken;
  }

  /** Cell 0 is the total. */
  #get(words: Int32Array, at: number, cell: number): number {
    if (!this.#isNarrow) return words[at + 1 + cell] as number;
    return ((words[at + 1 + (cell >> 1)] as number) >>> ((cell & 1) << 4)) & 0xffff;
  }

  #set(words: Int32Array, at: number, cell: number, units: number): void {
    if (!this.#isNarrow) words[at + 1 + cell] = units;
    else {
      const word = at + 1 + (cell >> 1);
      const shift = (cell & 1) << 4;
      words[word] = ((words[word] as number) & ~(0xffff << shift)) | (units << shift);
    }
  }
}
