import type { CacheCore } from './cache-core.js';
import { countMisses } from './count-misses.js';
import { hotPut } from './hot-put.js';
import type { KeySpace } from './keys/key-space.js';
import { lookUp } from './look-up.js';

/** More keys than this are asked for one batch after another: each has the deadline of a call to itself. */
const MAX_BATCH = 1_000;

/** Looks several keys up: those that the first level lacks in one round trip. `null` for a miss or a stale value. */
export async function readMany(
  core: CacheCore,
  space: KeySpace,
  keys: readonly string[],
): Promise<unknown[]> {
  const values = new Array<unknown>(keys.length).fill(null);
  const missed: string[] = [];
  const places: number[] = [];
  const slow: Promise<void>[] = [];
  const askable = core.outer.shared !== undefined;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const hot = core.first.fresh(key);
    if (hot !== undefined) {
      core.first.hits++;
      values[index] = core.handOut({ value: hot.value, mutable: hot.meta.extra?.mutable === true });
    } else if (!askable || core.writes.writer.pending(key) !== undefined) {
      slow.push(
        lookUp(core, space, key).then((found) => {
          if (found.hit && !found.stale) values[index] = found.value;
        }),
      );
    } else {
      missed.push(key);
      places.push(index);
    }
  }
  const read = core.outer.l3 === undefined ? promoteBatch : promoteEach;
  if (missed.length > 0) {
    core.counters.l1Misses += missed.length;
    for (let from = 0; from < missed.length; from += MAX_BATCH)
      await read(core, space, missed.slice(from, from + MAX_BATCH), (at, value) => {
        values[places[from + at]!] = value;
      });
  }
  await Promise.all(slow);
  return values;
}

type Take = (at: number, value: unknown) => void;

/** Where a database is behind the shared level: each key may take its own way. */
async function promoteEach(
  core: CacheCore,
  space: KeySpace,
  keys: readonly string[],
  take: Take,
): Promise<void> {
  const captures = keys.map((key) => core.capture(space, key));
  try {
    await core.reads.settled(keys);
    const found = await core.reads.readMany(captures);
    found.forEach((one, at) => {
      const capture = captures[at]!;
      const fresh = one?.stale === false ? one : undefined;
      countMisses(core, capture, fresh);
      if (fresh !== undefined) take(at, core.handOut(core.promote(capture, fresh)));
    });
  } finally {
    for (const capture of captures) capture.release();
  }
}

/** Without one: what changes meanwhile is noted for the whole batch, so that a key costs no state of its own. */
async function promoteBatch(
  core: CacheCore,
  space: KeySpace,
  keys: readonly string[],
  take: Take,
): Promise<void> {
  const { first, tags, counters, isolation } = core;
  const { seq } = tags;
  const { stamp } = first;
  const watch = core.keys.watch();
  try {
    await core.reads.settled(keys);
    const found = await core.reads.readBatch(keys, space.epochs);
    const { l1TTL } = core.options;
    const moment = { wall: core.clock.wallNow(), now: core.clock.now() };
    for (let at = 0; at < keys.length; at++) {
      const one = found[at];
      if (one === undefined || one.stale) {
        counters.l2Misses++;
        continue;
      }
      const key = keys[at]!;
      const copied = isolation.adopt(one.entry.value, one.size);
      core.countHit(key, one);
      if (!watch.changed(key) && !tags.changedSince(one.entry.tags, seq))
        first.put(key, hotPut(copied, copied.bytes, one.entry, l1TTL, moment), seq, stamp);
      take(at, core.handOut(copied));
    }
  } finally {
    core.keys.unwatch(watch);
  }
}
