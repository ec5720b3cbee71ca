import type { CacheCore } from './cache-core.js';
import { countMisses } from './count-misses.js';
import type { KeySpace } from './keys/key-space.js';
import type { LookupResult } from './lookup-result.js';

const MISS = { hit: false } as const;

/** Looks a key up in all levels. The result tells what `get` leaves out. */
export async function lookUp<T>(core: CacheCore, space: KeySpace, key: string): Promise<LookupResult<T>> {
  const { first, counters } = core;
  const near = first.valid(key, true);
  if (near !== undefined && !first.isStale(near)) {
    first.hits++;
    const value = core.handOut({ value: near.value, mutable: near.meta.extra?.mutable === true }) as T;
    return { hit: true, value, level: 'l1', age: first.age(key, near), stale: false };
  }
  counters.l1Misses++;
  const capture = core.capture(space, key);
  try {
    const found = await core.reads.read(capture);
    countMisses(core, capture, found);
    if (found !== undefined && !found.stale) {
      const copied = core.promote(capture, found);
      const age = Math.max(0, core.clock.wallNow() - found.entry.created);
      return { hit: true, value: core.handOut(copied) as T, level: found.level, age, stale: false };
    }
    // The shared level is what an entry would be verified against; while it is down, ours has to do.
    const hot = first.valid(key, core.outer.shared !== undefined);
    if (hot !== undefined) {
      const value = core.handOut({ value: hot.value, mutable: hot.meta.extra?.mutable === true }) as T;
      return { hit: true, value, level: 'l1', age: first.age(key, hot), stale: first.isStale(hot) };
    }
    if (found !== undefined) {
      const value = core.handOut(core.isolation.admit(found.entry.value)) as T;
      const age = Math.max(0, core.clock.wallNow() - found.entry.created);
      return { hit: true, value, level: found.level, age, stale: true };
    }
    if (core.events.has('miss')) core.events.emit('miss', { key });
    return MISS;
  } finally {
    capture.release();
  }
}
