import type { Clock, Milliseconds } from '@spark-perf/core';
import type { WindowOutcome } from '../window-store.js';

interface Denial {
  readonly outcome: WindowOutcome;
  readonly cost: number;
  readonly since: Milliseconds;
  readonly until: Milliseconds;
}

/** So long at most a reset by another process stays unseen. */
const LONGEST: Milliseconds = 1_000;

/** Refusals that still hold: who hammers costs no round trip. Bounded; the oldest entry goes first. */
export class DenyCache {
  readonly #clock: Clock;
  readonly #size: number;
  readonly #denials = new Map<string, Denial>();

  /** @param size 0 turns it off */
  constructor(clock: Clock, size: number) {
    this.#clock = clock;
    this.#size = size;
  }

  get isOn(): boolean {
    return this.#size > 0;
  }

  get size(): number {
    return this.#denials.size;
  }

  /** The refusal of a cost that is at least the one refused, with what is left of its wait. */
  get(key: string, cost: number): WindowOutcome | undefined {
    if (this.#denials.size === 0) return undefined;
    const denial = this.#denials.get(key);
    if (denial === undefined || cost < denial.cost) return undefined;
    const now = this.#clock.now();
    if (now >= denial.until || now < denial.since) {
      this.#denials.delete(key);
      return undefined;
    }
    const { outcome, since } = denial;
    const left = (wait: Milliseconds): Milliseconds => (wait === 0 ? 0 : Math.max(1, wait - (now - since)));
    return { ...outcome, retryAfter: Array.from(outcome.retryAfter, left) };
  }

  /** @param since when the store was asked: its answer is no older */
  add(key: string, cost: number, outcome: WindowOutcome, since: Milliseconds): void {
    if (this.#size === 0) return;
    const wait = Math.min(LONGEST, Math.max(...Array.from(outcome.retryAfter)));
    if (!this.#denials.delete(key) && this.#denials.size >= this.#size) {
      for (const oldest of this.#denials.keys()) {
        this.#denials.delete(oldest);
        break;
      }
    }
    this.#denials.set(key, { outcome, cost, since, until: since + wait });
  }

  delete(key: string): void {
    this.#denials.delete(key);
  }

  clear(): void {
    this.#denials.clear();
  }
}
