import type { Milliseconds } from '@spark-perf/core';
import { startOf, stepOf } from '../policy.js';
import type { DisplacedCounts } from '../table/displaced-counts.js';
import type { WindowCounter } from '../table/window-counter.js';
import type { TableFull } from './memory-window-store.js';
import type { ReusedOutcome } from './reused-outcome.js';

/** Decides on keys that have no place in the table: new ones that were only looked at, and those that find none. */
export class PlacelessKeys {
  readonly #counters: readonly WindowCounter[];
  readonly #displaced: DisplacedCounts;
  readonly #onTableFull: TableFull;

  constructor(counters: readonly WindowCounter[], displaced: DisplacedCounts, onTableFull: TableFull) {
    this.#counters = counters;
    this.#displaced = displaced;
    this.#onTableFull = onTableFull;
  }

  /**
   * What every policy says to the cost, into the outcome.
   * @param refused whether the key asked for a place and there was none
   */
  weigh(
    outcome: ReusedOutcome,
    high: number,
    low: number,
    time: Milliseconds,
    cost: number,
    refused: boolean,
  ): void {
    outcome.begin(time);
    for (const [i, { policy }] of this.#counters.entries()) {
      const sketch = this.#displaced.of(i);
      const used = refused && this.#onTableFull === 'allow' ? 0 : (sketch?.estimate(high, low, time) ?? 0);
      const left = policy.maxRequests - used;
      if (cost > policy.maxRequests) outcome.exceeds(i, left, Infinity);
      else if (refused && this.#onTableFull === 'deny')
        outcome.exceeds(i, left, startOf(policy, stepOf(policy, time) + policy.span) - time);
      else if (cost <= left || sketch === undefined) outcome.fits(i, left);
      else {
        const one = policy.maxRequests - sketch.estimateAfterTurn(high, low) >= cost;
        outcome.exceeds(i, left, (one ? sketch.nextTurn : sketch.lastTurn) - time);
      }
    }
  }

  /** Counts what a key used that found no place. */
  charge(outcome: ReusedOutcome, high: number, low: number, time: Milliseconds, cost: number): void {
    for (const [i, { policy }] of this.#counters.entries()) {
      const left = Math.max(0, (outcome.remaining[i] as number) - cost);
      outcome.remaining[i] = left;
      if (this.#onTableFull === 'sketch')
        this.#displaced.raise(i, high, low, time, policy.maxRequests - left);
    }
  }
}
