import type { Milliseconds } from '@spark-perf/core';
import type { MonotoneTime } from '../monotone-time.js';
import type { WindowPolicy } from '../policy.js';
import { startOf, stepOf } from '../policy.js';
import type { SyncWindows, WindowOutcome, WindowSpec } from '../window-store.js';
import { ConcurrencySlots } from './concurrency-slots.js';

/** Units charged in one step. */
interface Entry {
  readonly step: number;
  units: number;
}

/** The counters of one set of policies in a `Map`: per key and policy the entries that count, oldest first. */
export class MapWindows implements SyncWindows {
  readonly #spec: WindowSpec;
  readonly #time: MonotoneTime;
  readonly #maxKeys: number;
  readonly #slots: ConcurrencySlots | undefined;
  readonly #keys = new Map<string, Entry[][]>();

  constructor(spec: WindowSpec, time: MonotoneTime, maxKeys: number) {
    this.#spec = spec;
    this.#time = time;
    this.#maxKeys = maxKeys;
    this.#slots = spec.concurrency > 0 ? new ConcurrencySlots(spec.concurrency) : undefined;
  }

  get size(): number {
    return this.#keys.size;
  }

  consume(key: string, cost: number, lease?: string): WindowOutcome {
    const time = this.#time.tick();
    const logs = this.#logsOf(key, time, cost);
    if (logs === undefined) return this.#noPlace(time);
    const outcome = this.#weigh(logs, time, cost);
    const slotDenied = outcome.allowed && lease !== undefined && this.#slots?.hasRoom(key) === false;
    const allowed = outcome.allowed && !slotDenied;
    if (allowed && lease !== undefined) this.#slots?.take(key, lease);
    if (cost > 0 && (allowed || this.#spec.countRejected)) {
      for (const [i, policy] of this.#spec.policies.entries()) charge(logs[i] ?? [], policy, time, cost);
    }
    if (logs.some((log) => log.length > 0)) this.#keys.set(key, logs);
    const remaining = this.#spec.policies.map((policy, i) => policy.maxRequests - unitsOf(logs[i] ?? []));
    return { ...outcome, allowed, slotDenied, remaining };
  }

  peek(key: string, cost: number): WindowOutcome {
    const time = this.#time.tick();
    const logs = this.#logsOf(key, time, cost);
    return logs === undefined ? this.#noPlace(time) : this.#weigh(logs, time, cost);
  }

  refund(key: string, cost: number, at?: Milliseconds): void {
    const logs = this.#keys.get(key);
    if (logs === undefined) return;
    const time = this.#time.tick();
    for (const [i, policy] of this.#spec.policies.entries()) {
      const log = logs[i] ?? [];
      expire(log, policy, time);
      if (at === undefined) removeOldest(log, cost);
      else {
        const entry = log.find(({ step }) => step === stepOf(policy, at));
        if (entry !== undefined) entry.units -= Math.min(entry.units, cost);
      }
    }
  }

  release(key: string, lease: string): void {
    this.#slots?.release(key, lease);
  }

  reset(key: string): void {
    this.#keys.delete(key);
  }

  resetAll(): void {
    this.#keys.clear();
  }

  /** Drops the keys whose windows have run out. O(keys). */
  sweep(): void {
    const time = this.#time.tick();
    for (const [key, logs] of this.#keys) {
      for (const [i, policy] of this.#spec.policies.entries()) expire(logs[i] ?? [], policy, time);
      if (logs.every((log) => unitsOf(log) === 0)) this.#keys.delete(key);
    }
  }

  /** The live entries of a key; of a new one, empty lists. `undefined` when a new one needs room and there is none. */
  #logsOf(key: string, time: Milliseconds, cost: number): Entry[][] | undefined {
    const known = this.#keys.get(key);
    if (known === undefined) {
      return this.#keys.size < this.#maxKeys || cost === 0 ? this.#spec.policies.map(() => []) : undefined;
    }
    for (const [i, policy] of this.#spec.policies.entries()) expire(known[i] ?? [], policy, time);
    return known;
  }

  #weigh(logs: readonly Entry[][], time: Milliseconds, cost: number): WindowOutcome {
    const { policies } = this.#spec;
    const remaining = policies.map((policy, i) => policy.maxRequests - unitsOf(logs[i] ?? []));
    const retryAfter = policies.map((policy, i) => waitFor(logs[i] ?? [], policy, time, cost));
    return {
      allowed: retryAfter.every((wait) => wait === 0),
      at: time,
      remaining,
      retryAfter,
      slotDenied: false,
    };
  }

  #noPlace(time: Milliseconds): WindowOutcome {
    const { policies } = this.#spec;
    const retryAfter = policies.map(({ windowSize }) => windowSize);
    return { allowed: false, at: time, remaining: policies.map(() => 0), retryAfter, slotDenied: false };
  }
}

function unitsOf(log: readonly Entry[]): number {
  return log.reduce((sum, { units }) => sum + units, 0);
}

function expire(log: Entry[], policy: WindowPolicy, time: Milliseconds): void {
  const step = stepOf(policy, time);
  while (log[0] !== undefined && step - log[0].step >= policy.span) log.shift();
}

/** How long until `cost` fits. */
function waitFor(
  log: readonly Entry[],
  policy: WindowPolicy,
  time: Milliseconds,
  cost: number,
): Milliseconds {
  if (cost > policy.maxRequests) return Infinity;
  let excess = unitsOf(log) + cost - policy.maxRequests;
  if (excess <= 0) return 0;
  for (const { step, units } of log) {
    excess -= units;
    if (excess <= 0) return startOf(policy, step + policy.span) - time;
  }
  return 0;
}

/** Beyond the limit the oldest units go: only the newest `maxRequests` can matter. */
function charge(log: Entry[], policy: WindowPolicy, time: Milliseconds, cost: number): void {
  const units = Math.min(cost, policy.maxRequests);
  removeOldest(log, unitsOf(log) + units - policy.maxRequests);
  const step = stepOf(policy, time);
  const last = log.at(-1);
  if (last?.step === step) last.units += units;
  else if (units > 0) log.push({ step, units });
}

function removeOldest(log: Entry[], units: number): void {
  let left = units;
  while (left > 0 && log[0] !== undefined) {
    const removed = Math.min(left, log[0].units);
    log[0].units -= removed;
    left -= removed;
    if (log[0].units === 0) log.shift();
  }
}
