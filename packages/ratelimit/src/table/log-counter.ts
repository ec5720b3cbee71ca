import type { WindowPolicy } from '../policy.js';
import type { Segment } from './segment.js';
import type { WindowCounter } from './window-counter.js';

/**
 * An exact log: a ring of the steps (milliseconds) of the last `maxRequests` units, in order. A charge of n is n
 * entries. O(1) amortised; refunds are O(maxRequests).
 *
 * Words: the place of the oldest entry, the number of entries, the entries.
 */
export class LogCounter implements WindowCounter {
  readonly words: number;
  readonly stride = 1;
  readonly #span: number;
  readonly #size: number;

  constructor(readonly policy: WindowPolicy) {
    this.#span = policy.span;
    this.#size = Math.max(1, policy.maxRequests);
    this.words = 2 + this.#size;
  }

  settle(segment: Segment, at: number, step: number): number {
    const { words } = segment;
    const oldest = step - this.#span;
    let head = words[at] as number;
    let count = words[at + 1] as number;
    if (count === 0 || (words[at + 2 + head] as number) > oldest) return count;
    while (count > 0 && (words[at + 2 + head] as number) <= oldest) {
      head = head + 1 === this.#size ? 0 : head + 1;
      count--;
    }
    words[at] = head;
    words[at + 1] = count;
    return count;
  }

  tryAdd(segment: Segment, at: number, step: number, _phase: number, units: number): number {
    const left = this.policy.maxRequests - this.settle(segment, at, step) - units;
    if (left >= 0) this.add(segment, at, step, units);
    return left >= 0 ? left : -1;
  }

  add(segment: Segment, at: number, step: number, units: number): void {
    const { words } = segment;
    const size = this.#size;
    let head = words[at] as number;
    let count = words[at + 1] as number;
    for (let i = 0; i < units; i++) {
      if (count === size) {
        head = head + 1 === size ? 0 : head + 1;
        count--;
      }
      const place = head + count;
      words[at + 2 + (place < size ? place : place - size)] = step;
      count++;
    }
    words[at] = head;
    words[at + 1] = count;
  }

  remove(segment: Segment, at: number, _step: number, units: number, charged: number): void {
    const { words } = segment;
    const size = this.#size;
    const head = words[at] as number;
    const count = words[at + 1] as number;
    let left = units;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const entry = words[at + 2 + ((head + i) % size)] as number;
      if (left > 0 && (charged < 0 || entry === charged)) left--;
      else words[at + 2 + ((head + kept++) % size)] = entry;
    }
    words[at + 1] = kept;
  }

  stepWithout(segment: Segment, at: number, step: number, units: number): number {
    if (units > (segment.words[at + 1] as number)) return step;
    const place = ((segment.words[at] as number) + units - 1) % this.#size;
    return (segment.words[at + 2 + place] as number) + this.#span;
  }

  units(segment: Segment, at: number): number {
    return segment.words[at + 1] as number;
  }

  lastStep(segment: Segment, at: number): number {
    const newest = (segment.words[at] as number) + Math.max(0, (segment.words[at + 1] as number) - 1);
    return segment.words[at + 2 + (newest % this.#size)] as number;
  }

  isExpired(segment: Segment, at: number, step: number): boolean {
    const count = segment.words[at + 1] as number;
    if (count === 0) return true;
    return this.lastStep(segment, at) <= step - this.#span;
  }

  clear(segment: Segment, at: number): void {
    segment.words.fill(0, at, at + 2);
  }

  shift(segment: Segment, at: number, steps: number): void {
    const head = segment.words[at] as number;
    const count = segment.words[at + 1] as number;
    // Entries of a live log are younger than a span, but the oldest of them may have expired: below 0 is fine.
    for (let i = 0; i < count; i++) {
      const place = at + 2 + ((head + i) % this.#size);
      segment.words[place] = (segment.words[place] as number) - steps;
    }
  }
}
