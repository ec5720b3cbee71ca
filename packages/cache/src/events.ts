import type { Milliseconds } from '@spark-perf/core';

export type LevelName = 'l1' | 'l2' | 'l3';

/** Events of `MultiLevelCache`. */
export interface CacheEvents {
  /** A value was found. Only for levels beyond the first: hits there are counted, not told. */
  hit: { readonly key: string; readonly level: LevelName; readonly stale: boolean };
  /** No level had a value. */
  miss: { readonly key: string };
  /** A fetcher settled. `kept`: its value went into the cache, and was not overtaken by a change. */
  fetch: {
    readonly key: string;
    readonly duration: Milliseconds;
    readonly kept: boolean;
    readonly error?: unknown;
  };
  /** A stale value was given out. */
  stale: { readonly key: string; readonly reason: 'refreshing' | 'slow' | 'failed' };
  /** Keys, tags or a namespace were invalidated here. */
  invalidate: { readonly keys: readonly string[]; readonly tags: readonly string[] };
  /** An entry left the first level for want of room. */
  evict: Record<string, never>;
  /** A level failed a call. */
  levelError: { readonly level: LevelName; readonly error: unknown };
  /** A level is not asked any more. */
  levelDown: { readonly level: LevelName };
  /** A level is asked again; what it had missed has been made up for. */
  levelUp: { readonly level: LevelName };
  /** The journal of a level was full: the whole cache is invalidated when it is back. */
  journalOverflow: { readonly level: LevelName };
  /** The channel of invalidations stands (`up`), or first-level entries are verified before use (`gap`, `down`). */
  bus: { readonly state: 'up' | 'gap' | 'down' };
  /** The Redis client lacks commands that some guarantees need. */
  degraded: { readonly missing: readonly string[] };
  /** The lease could not be used; this process fetches by itself. */
  leaseError: { readonly key: string; readonly error: unknown };
}
