import type { Milliseconds } from '@spark-perf/core';
import { EvictedCounts } from './evicted-counts.js';
import type { MemoryBudget } from './memory-budget.js';
import type { RecordLayout } from './record-layout.js';
import { ResetCounts } from './reset-counts.js';
import type { Segment } from './segment.js';
import type { WindowCounter } from './window-counter.js';
import { relativeStep } from './window-counter.js';

/** Of the memory that is left, as a divisor. */
const SHARE = 16;
/** Bytes per column of a sketch: two generations of four rows of 4-byte cells. */
const COLUMN = 32;
/** Most keys per policy whose reset is remembered, and of the memory what they may take, as a divisor. */
const RESETS = 1_000;
const RESETS_SHARE = 64;

/** What keys without a place have used, policy by policy. Made when the first key loses its place. */
export class DisplacedCounts {
  readonly #layout: RecordLayout;
  readonly #bits: number;
  readonly #resets: number;
  #counts: EvictedCounts[] | undefined;

  constructor(layout: RecordLayout, budget: MemoryBudget) {
    this.#layout = layout;
    const columns = (budget.maxBytes - budget.bytes) / SHARE / layout.counters.length / COLUMN;
    this.#bits = Math.max(6, Math.min(20, Math.floor(Math.log2(Math.max(1, columns)))));
    const room = budget.maxBytes / RESETS_SHARE / layout.counters.length / ResetCounts.bytes(1);
    this.#resets = Math.max(1, Math.min(RESETS, Math.floor(room)));
    // Kept free from the start, or there would be no room when it is needed.
    for (const { policy } of layout.counters)
      budget.force(0, EvictedCounts.bytes(policy, this.#bits, this.#resets));
  }

  /** Those of one policy. */
  of(policy: number): EvictedCounts | undefined {
    return this.#counts?.[policy];
  }

  raise(policy: number, high: number, low: number, time: Milliseconds, units: number): void {
    this.#made(time)[policy]?.raise(high, low, time, units);
  }

  /** Keeps what the key of a record has used, which is about to lose its place. */
  keep(segment: Segment, record: number, high: number, low: number, time: Milliseconds): void {
    const { counters, offsets } = this.#layout;
    for (let i = 0; i < counters.length; i++) {
      const counter = counters[i] as WindowCounter;
      const step = relativeStep(counter.policy, segment.bases[i] as number, time);
      const units = counter.settle(segment, record + (offsets[i] as number), step);
      if (units > 0) this.raise(i, high, low, time, units);
    }
  }

  /** Charges a record that has just been claimed with what its key may have used before it lost its last place. */
  restore(segment: Segment, record: number, high: number, low: number, time: Milliseconds): void {
    if (this.#counts === undefined) return;
    const { counters, offsets } = this.#layout;
    for (let i = 0; i < counters.length; i++) {
      const units = this.#counts[i]?.estimate(high, low, time) ?? 0;
      if (units === 0) continue;
      const counter = counters[i] as WindowCounter;
      const step = relativeStep(counter.policy, segment.bases[i] as number, time);
      counter.add(segment, record + (offsets[i] as number), step, units);
    }
  }

  /** The key has used nothing. */
  reset(high: number, low: number, time: Milliseconds): void {
    for (const counts of this.#counts ?? []) counts.reset(high, low, time);
  }

  clear(): void {
    this.#counts = undefined;
  }

  #made(time: Milliseconds): EvictedCounts[] {
    this.#counts ??= this.#layout.counters.map(
      ({ policy }) => new EvictedCounts(policy, this.#bits, this.#resets, time),
    );
    return this.#counts;
  }
}
