import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { Entry } from './entry.js';
import type { HotPut } from './first-level.js';
import type { CopiedValue } from './values/copy-value.js';

/** When an entry is put into the first level. */
export interface Moment {
  readonly wall: Milliseconds;
  /** Monotonic time, where it is known. */
  readonly now?: Milliseconds | undefined;
}

/** How an entry is kept in the first level: with what remains of its time, at most `l1TTL`. */
export function hotPut(
  { value, mutable }: CopiedValue,
  bytes: Bytes,
  { soft, grace, created, tags }: Entry,
  l1TTL: Milliseconds,
  { wall, now }: Moment,
): HotPut {
  const left = Math.min(soft - wall, l1TTL);
  const age = Math.max(0, wall - created);
  return { value, mutable, bytes, soft: left, hard: left + grace, age, tags, now };
}
