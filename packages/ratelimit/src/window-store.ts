import type { Milliseconds } from '@spark-perf/core';
import type { WindowPolicy } from './policy.js';

/** What counters are opened for. */
export interface WindowSpec {
  /** Sets the counters of one plan apart from those of another; empty where there is one plan. */
  readonly namespace: string;
  /** At least one. All are decided together. */
  readonly policies: readonly WindowPolicy[];
  /** Whether a refused cost is charged too. */
  readonly countRejected: boolean;
  /** Requests in flight per key; 0 = unlimited. */
  readonly concurrency: number;
}

/** What came of a decision. A synchronous store may hand out the same object every time. */
export interface WindowOutcome {
  readonly allowed: boolean;
  /** The store's time of the charge: what `refund` takes. */
  readonly at: Milliseconds;
  /** Units left, policy by policy. */
  readonly remaining: ArrayLike<number>;
  /** Time until the cost fits, policy by policy: 0 where it does, `Infinity` where it never will. */
  readonly retryAfter: ArrayLike<Milliseconds>;
  /** Whether the windows had room and only a slot was missing. */
  readonly slotDenied: boolean;
}

/** Counters that answer at once. */
export interface SyncWindows {
  /**
   * Charges `cost` to every policy if all have room, else to none. The step is atomic.
   * @param lease with a name, a concurrency slot is taken under it in the same step
   */
  consume(key: string, cost: number, lease?: string): WindowOutcome;
  /** Decides without charging. */
  peek(key: string, cost: number): WindowOutcome;
  /**
   * Takes back what was charged at `at`, never below zero and never what has left the window. Without `at` the oldest
   * units go first: the only order in which no window can come out short.
   */
  refund(key: string, cost: number, at?: Milliseconds): void;
  /** Gives a slot back. Idempotent. */
  release(key: string, lease: string): void;
  reset(key: string): void;
  resetAll(): void;
}

/** Counters behind a network. Whoever calls them sets the deadline. */
export interface AsyncWindows {
  consume(key: string, cost: number, lease?: string): Promise<WindowOutcome>;
  peek(key: string, cost: number): Promise<WindowOutcome>;
  refund(key: string, cost: number, at?: Milliseconds): Promise<void>;
  release(key: string, lease: string): Promise<void>;
  reset(key: string): Promise<void>;
  resetAll(): Promise<void>;
}

/** What a store can tell of itself. */
export interface WindowStoreStats {
  /** Keys held. */
  readonly keys?: number;
  /** Bytes held. */
  readonly memory?: number;
  /** Keys that lost their place to others since the start. */
  readonly evictions?: number;
}

interface BaseWindowStore {
  getStats?(): WindowStoreStats;
  /** Idempotent. Does not close what the store was given. */
  close(): void | Promise<void>;
}

export interface SyncWindowStore extends BaseWindowStore {
  readonly synchronous: true;
  open(spec: WindowSpec): SyncWindows;
}

export interface AsyncWindowStore extends BaseWindowStore {
  readonly synchronous: false;
  open(spec: WindowSpec): AsyncWindows;
}

/**
 * Where windows are counted. The guarantee every store gives: no interval `(t − windowSize, t]` ever holds more than
 * `maxRequests` admitted units of a key. `windowStoreTests` of
 * `@spark-perf/ratelimit/testing` check it.
 */
export type WindowStore = SyncWindowStore | AsyncWindowStore;
