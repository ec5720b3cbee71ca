/** Counts since construction. */
export interface CacheCounters {
  /** Looks at the first level that did not find what they wanted. */
  l1Misses: number;
  l2Hits: number;
  l2Misses: number;
  l3Hits: number;
  l3Misses: number;
  evictions: number;
  sets: number;
  invalidations: number;
  fetches: number;
  fetchErrors: number;
  /** Callers that shared a flight with somebody else. */
  coalesced: number;
  /** Stale values given out. */
  staleServed: number;
  /** Results that were overtaken by a change and not kept. */
  discarded: number;
}

/** All zero. */
export function newCounters(): CacheCounters {
  return {
    l1Misses: 0,
    l2Hits: 0,
    l2Misses: 0,
    l3Hits: 0,
    l3Misses: 0,
    evictions: 0,
    sets: 0,
    invalidations: 0,
    fetches: 0,
    fetchErrors: 0,
    coalesced: 0,
    staleServed: 0,
    discarded: 0,
  };
}
