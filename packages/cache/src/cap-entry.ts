import type { Milliseconds } from '@spark-perf/core';
import type { Entry } from './entry.js';

/** The entry with its freshness cut to at most `ttl` from `now` on; its grace comes after it. */
export function capEntry(entry: Entry, ttl: Milliseconds, now: Milliseconds): Entry {
  const soft = Math.min(entry.soft, now + ttl);
  return soft === entry.soft ? entry : { ...entry, soft };
}
