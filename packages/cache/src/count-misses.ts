import type { CacheCore } from './cache-core.js';
import type { Capture } from './capture.js';
import type { Found } from './read-path.js';

/** Counts the levels outside this process that were asked for a key and did not have it. */
export function countMisses(core: CacheCore, { shared }: Capture, found: Found | undefined): void {
  const { l2, database } = core.outer;
  if (found?.level === 'l2') return;
  if (l2 !== undefined && shared !== undefined) core.counters.l2Misses++;
  if (database !== undefined && found === undefined) core.counters.l3Misses++;
}
