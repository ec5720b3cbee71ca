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
  /** Cells per word, as a shift: 1 for 2-byte cells, 0 for 4-byte ones. */
  readonly #shift: number;

  constructor(readonly policy: WindowPolicy) {
    this.#span = policy.span;
    this.#limit = policy.maxRequests;
    this.#shift = policy.maxRequests < 2 ** 16 ? 1 : 0;
    this.stride = policy.span;
    this.words = 1 + Math.ceil((policy.span + 1) / (1 << this.#shift));
  }

  settle(segment: Segment, at: number, step: number): number {
    const cells = this.#shift === 1 ? segment.halves : segment.words;
    const total = (at + 1) << this.#shift;
    const passed = step - (segment.words[at] as number);
    if (passed > 0) {
      segment.words[at] = step;
      const span = this.#span;
      if (passed >= span) cells.fill(0, total, total + span + 1);
      else if ((cells[total] as number) > 0) {
        let left = cells[total] as number;
        let place = (step - passed) % span;
        for (let i = 0; i < passed; i++) {
          place = place + 1 === span ? 0 : place + 1;
          left -= cells[total + 1 + place] as number;
          cells[total + 1 + place] = 0;
        }
        cells[total] = left;
      }
    }
    return cells[total] as number;
  }

  add(segment: Segment, at: number, step: number, units: number): void {
    const cells = this.#shift === 1 ? segment.halves : segment.words;
    const total = (at + 1) << this.#shift;
    const excess = (cells[total] as number) + units - this.#limit;
    if (excess > 0) this.#removeOldest(segment, at, step, excess);
    const place = total + 1 + (step % this.#span);
    cells[place] = (cells[place] as number) + units;
    cells[total] = (cells[total] as number) + units;
  }

  remove(segment: Segment, at: number, step: number, units: number, charged: number): void {
    if (charged < 0) {
      this.#removeOldest(segment, at, step, units);
      return;
    }
    if (charged > step || step - charged >= this.#span) return;
    const cells = this.#shift === 1 ? segment.halves : segment.words;
    const total = (at + 1) << this.#shift;
    const place = total + 1 + (charged % this.#span);
    const removed = Math.min(units, cells[place] as number);
    cells[place] = (cells[place] as number) - removed;
    cells[total] = (cells[total] as number) - removed;
  }

  stepWithout(segment: Segment, at: number, step: number, units: number): number {
    const cells = this.#shift === 1 ? segment.halves : segment.words;
    const first = ((at + 1) << this.#shift) + 1;
    let left = units;
    for (let past = Math.max(0, step - this.#span + 1); past <= step; past++) {
      left -= cells[first + (past % this.#span)] as number;
      if (left <= 0) return past + this.#span;
    }
    return step;
  }

  units(segment: Segment, at: number): number {
    const cells = this.#shift === 1 ? segment.halves : segment.words;
    return cells[(at + 1) << this.#shift] as number;
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

  #removeOldest(segment: Segment, at: number, step: number, units: number): void {
    const cells = this.#shift === 1 ? segment.halves : segment.words;
    const total = (at + 1) << this.#shift;
    let left = units;
    for (let past = Math.max(0, step - this.#span + 1); past <= step && left > 0; past++) {
      const place = total + 1 + (past % this.#span);
      const removed = Math.min(left, cells[place] as number);
      cells[place] = (cells[place] as number) - removed;
      cells[total] = (cells[total] as number) - removed;
      left -= removed;
    }
  }
}
