import type { Milliseconds } from '@spark-perf/core';
import type { KeyedHash } from '../keyed-hash.js';
import type { MonotoneTime } from '../monotone-time.js';
import { startOf } from '../policy.js';
import { CurrentStep } from '../table/current-step.js';
import { DisplacedCounts } from '../table/displaced-counts.js';
import type { MemoryBudget } from '../table/memory-budget.js';
import { FIRST_PART, recordLayout } from '../table/record-layout.js';
import type { RecordLayout } from '../table/record-layout.js';
import { SlotTable } from '../table/slot-table.js';
import { relativeStep } from '../table/window-counter.js';
import type { WindowCounter } from '../table/window-counter.js';
import type { SyncWindows, WindowSpec } from '../window-store.js';
import { ConcurrencySlots } from './concurrency-slots.js';
import type { TableFull } from './memory-window-store.js';
import { PlacelessKeys } from './placeless-keys.js';
import { ReusedOutcome } from './reused-outcome.js';

export interface MemoryWindowsParts {
  readonly time: MonotoneTime;
  readonly hash: KeyedHash;
  readonly budget: MemoryBudget;
  readonly onTableFull: TableFull;
}

/** The counters of one set of policies in a table. Allocates nothing for a key that has a place. */
export class MemoryWindows implements SyncWindows {
  readonly #time: MonotoneTime;
  readonly #hash: KeyedHash;
  readonly #budget: MemoryBudget;
  readonly #counters: readonly WindowCounter[];
  readonly #layout: RecordLayout;
  readonly #countRejected: boolean;
  /** A call that costs more leaves nothing to count. */
  readonly #largestCharge: number;
  readonly #slots: ConcurrencySlots | undefined;
  readonly #outcome: ReusedOutcome;
  readonly #displaced: DisplacedCounts;
  readonly #placeless: PlacelessKeys;
  /** The counter, where there is one. */
  readonly #single: WindowCounter | undefined;
  readonly #current = new CurrentStep();
  #table: SlotTable;

  constructor(spec: WindowSpec, parts: MemoryWindowsParts) {
    this.#time = parts.time;
    this.#hash = parts.hash;
    this.#budget = parts.budget;
    this.#layout = recordLayout(spec.policies);
    this.#counters = this.#layout.counters;
    this.#single = this.#counters.length === 1 ? this.#counters[0] : undefined;
    this.#countRejected = spec.countRejected;
    const lowestLimit = Math.min(...spec.policies.map(({ maxRequests }) => maxRequests));
    this.#largestCharge = spec.countRejected ? Infinity : lowestLimit;
    this.#slots = spec.concurrency > 0 ? new ConcurrencySlots(spec.concurrency) : undefined;
    this.#outcome = new ReusedOutcome(spec.policies.length);
    this.#displaced = new DisplacedCounts(this.#layout, parts.budget);
    this.#placeless = new PlacelessKeys(this.#counters, this.#displaced, parts.onTableFull);
    this.#table = this.#newTable();
  }

  get table(): SlotTable {
    return this.#table;
  }

  consume(key: string, cost: number, lease?: string): ReusedOutcome {
    const time = this.#time.tick();
    this.#hash.update(key);
    const { high, low } = this.#hash;
    const record = this.#table.find(high, low, time);
    if (record < 0) return this.#meet(key, high, low, time, cost, lease);
    const single = this.#single;
    if (single !== undefined && lease === undefined && this.#takeOne(single, record, time, cost))
      return this.#outcome;
    return this.#decide(record, key, time, cost, lease);
  }

  /** The decision on a key that has no place yet. */
  #meet(
    key: string,
    high: number,
    low: number,
    time: Milliseconds,
    cost: number,
    lease: string | undefined,
  ): ReusedOutcome {
    const needsPlace = cost > 0 && cost <= this.#largestCharge;
    const record = needsPlace ? this.#settleIn(high, low, time) : -1;
    if (record < 0) return this.#decideWithoutPlace(key, high, low, time, cost, needsPlace, lease);
    return this.#decide(record, key, time, cost, lease);
  }

  #decide(
    record: number,
    key: string,
    time: Milliseconds,
    cost: number,
    lease: string | undefined,
  ): ReusedOutcome {
    const outcome = this.#outcome;
    outcome.begin(time);
    this.#weigh(record, time, cost);
    this.#lend(key, lease);
    if (outcome.allowed || this.#countRejected) this.#charge(record, cost);
    return outcome;
  }

  peek(key: string, cost: number): ReusedOutcome {
    const time = this.#time.tick();
    this.#hash.update(key);
    const { high, low } = this.#hash;
    const record = this.#table.find(high, low, time);
    if (record < 0) return this.#decideWithoutPlace(key, high, low, time, cost, false);
    this.#outcome.begin(time);
    this.#weigh(record, time, cost);
    return this.#outcome;
  }

  refund(key: string, cost: number, at?: Milliseconds): void {
    const time = this.#time.tick();
    this.#hash.update(key);
    const record = this.#table.find(this.#hash.high, this.#hash.low, time);
    if (record < 0) return;
    const { segment } = this.#table;
    for (const [i, counter] of this.#counters.entries()) {
      const base = segment.bases[i] as number;
      const part = record + (this.#layout.offsets[i] as number);
      const step = relativeStep(counter.policy, base, time);
      counter.settle(segment, part, step);
      const charged = at === undefined ? -1 : relativeStep(counter.policy, base, at);
      if (at === undefined || charged >= 0) counter.remove(segment, part, step, cost, charged);
    }
  }

  release(key: string, lease: string): void {
    this.#slots?.release(key, lease);
  }

  reset(key: string): void {
    const time = this.#time.tick();
    this.#hash.update(key);
    const { high, low } = this.#hash;
    this.#displaced.reset(high, low, time);
    const record = this.#table.find(high, low, time);
    if (record < 0) return;
    const { segment } = this.#table;
    for (const [i, counter] of this.#counters.entries()) {
      const step = relativeStep(counter.policy, segment.bases[i] as number, time);
      counter.clear(segment, record + (this.#layout.offsets[i] as number), step);
    }
  }

  resetAll(): void {
    this.#table.drop();
    this.#table = this.#newTable();
    this.#displaced.clear();
  }

  /** The usual case, for speed alone: one policy, and room for the cost. False: nothing has been done. */
  #takeOne(counter: WindowCounter, record: number, time: Milliseconds, cost: number): boolean {
    const { segment } = this.#table;
    const current = this.#current;
    if (time >= current.end) current.enter(counter, time);
    const step = current.step - (segment.bases[0] as number);
    const left = counter.tryAdd(segment, record + FIRST_PART, step, current.phase, cost);
    if (left < 0) return false;
    this.#outcome.begin(time);
    this.#outcome.fits(0, left);
    return true;
  }

  /** What every policy of a record says to the cost, into the outcome. */
  #weigh(record: number, time: Milliseconds, cost: number): void {
    const outcome = this.#outcome;
    const { segment } = this.#table;
    const { counters, offsets } = this.#layout;
    for (let i = 0; i < counters.length; i++) {
      const counter = counters[i] as WindowCounter;
      const { policy } = counter;
      const base = segment.bases[i] as number;
      const part = record + (offsets[i] as number);
      const step = relativeStep(policy, base, time);
      const units = counter.settle(segment, part, step);
      const left = policy.maxRequests - units;
      outcome.steps[i] = step;
      if (cost <= left) outcome.fits(i, left);
      else if (cost > policy.maxRequests) outcome.exceeds(i, left, Infinity);
      else {
        const freed = counter.stepWithout(segment, part, step, cost - left);
        outcome.exceeds(i, left, startOf(policy, freed + base) - time);
      }
    }
  }

  #charge(record: number, cost: number): void {
    const outcome = this.#outcome;
    const { segment } = this.#table;
    const { counters, offsets } = this.#layout;
    for (let i = 0; i < counters.length; i++) {
      const counter = counters[i] as WindowCounter;
      const units = outcome.allowed ? cost : Math.min(cost, counter.policy.maxRequests);
      counter.add(segment, record + (offsets[i] as number), outcome.steps[i] as number, units);
      outcome.remaining[i] = Math.max(0, (outcome.remaining[i] as number) - units);
    }
  }

  /** A place for a new key, with what it may have used before it lost its last one. −1: there is none. */
  #settleIn(high: number, low: number, time: Milliseconds): number {
    const record = this.#table.claim(high, low, time);
    if (record >= 0) this.#displaced.restore(this.#table.segment, record, high, low, time);
    return record;
  }

  #decideWithoutPlace(
    key: string,
    high: number,
    low: number,
    time: Milliseconds,
    cost: number,
    refused: boolean,
    lease?: string,
  ): ReusedOutcome {
    const outcome = this.#outcome;
    this.#placeless.weigh(outcome, high, low, time, cost, refused);
    this.#lend(key, lease);
    if (refused && (outcome.allowed || this.#countRejected))
      this.#placeless.charge(outcome, high, low, time, cost);
    return outcome;
  }

  /** Takes the slot that was asked for, or denies it. */
  #lend(key: string, lease: string | undefined): void {
    if (!this.#outcome.allowed || lease === undefined || this.#slots === undefined) return;
    if (this.#slots.hasRoom(key)) this.#slots.take(key, lease);
    else this.#outcome.denySlot();
  }

  #newTable(): SlotTable {
    return new SlotTable(this.#layout, this.#budget, (segment, record, high, low, time) =>
      this.#displaced.keep(segment, record, high, low, time),
    );
  }
}
