import type { CacheCore } from './cache-core.js';
import type { Capture } from './capture.js';
import type { KeySpace } from './keys/key-space.js';
import { lookUp } from './look-up.js';

/** Looks several keys up: those that the first level lacks in one round trip. `null` for a miss or a stale value. */
export async function readMany(
  core: CacheCore,
  space: KeySpace,
  keys: readonly string[],
): Promise<unknown[]> {
  const values = new Array<unknown>(keys.length).fill(null);
  const captures: Capture[] = [];
  const places: number[] = [];
  const slow: Promise<void>[] = [];
  keys.forEach((key, index) => {
    const hot = core.first.fresh(key);
    if (hot !== undefined) {
      core.first.hits++;
      values[index] = core.handOut({ value: hot.value, mutable: hot.meta.extra?.mutable === true });
    } else if (core.writes.writer.pending(key) !== undefined || core.outer.shared === undefined) {
      slow.push(
        lookUp(core, space, key).then((found) => {
          if (found.hit && !found.stale) values[index] = found.value;
        }),
      );
    } else {
      core.counters.l1Misses++;
      captures.push(core.capture(space, key));
      places.push(index);
    }
  });
  try {
    if (captures.length > 0) {
      const found = await core.reads.readMany(captures);
      found.forEach((one, at) => {
        if (one !== undefined && !one.stale)
          values[places[at]!] = core.handOut(core.promote(captures[at]!, one));
        else core.counters.l2Misses++;
      });
    }
    await Promise.all(slow);
  } finally {
    for (const capture of captures) capture.release();
  }
  return values;
}
