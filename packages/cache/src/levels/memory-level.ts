import type { Bytes, Milliseconds } from '@spark-perf/core';

/** The level in this process: bounded, synchronous, and past its time an entry is gone. */
export interface MemoryLevel<V> {
  /** Entries, those past their time included until they are met. */
  readonly size: number;
  readonly bytes: Bytes;
  get(key: string): V | undefined;
  /** As `get`, without counting as a use. */
  peek(key: string): V | undefined;
  /** Keeps `value` for `ttl`; `bytes` counts against the budget. One larger than the budget is not kept. */
  set(key: string, value: V, ttl: Milliseconds, bytes: Bytes): void;
  delete(key: string): void;
  /** O(1) for the caller. */
  clear(): void;
  /** Time since `set`; 0 for what is not there. */
  age(key: string): Milliseconds;
}
