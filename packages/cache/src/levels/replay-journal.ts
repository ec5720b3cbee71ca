import type { Milliseconds } from '@spark-perf/core';
import type { MissedWrite } from './journal.js';
import type { OuterLevels } from './outer-levels.js';
import type { Versions } from './shared-level.js';

const BATCH = 200;
/** Tags asked for at a time: a script takes no more than some thousand arguments. */
const MAX_TAGS = 1_000;

type Missed = readonly [key: string, write: MissedWrite];

/**
 * Makes up for what Redis has missed. Resolves to true when nothing is left, in the same turn as the last write was
 * acknowledged, so that the level is trusted before anything else can be missed.
 *
 * Nobody can order our missed writes and what others have written meanwhile. So: a key that somebody else has
 * written since gets a tombstone; a value with a tag that somebody else has invalidated becomes a delete; and so does one
 * that has waited for so long that a deletion by somebody else would be forgotten by now.
 */
export async function replayJournal(outer: OuterLevels): Promise<boolean> {
  const { level, gate, journal } = outer.l2!;
  const invalidated = journal.overflowed ? await invalidateAll(outer) : 0;
  const versions = await checkTags(outer, invalidated);
  const time = await gate.attempt(() => level.time());
  const now = outer.options.clock.now();
  const forgets = mayHaveForgotten(outer, versions, time);
  let start = versions.clock;
  outer.knownBase = versions.base;
  for (;;) {
    const tags = journal.takeTags();
    if (tags.length > 0) start = await bumpTags(outer, tags);
    outer.knownClock = start;
    const writes = journal.takeWrites(BATCH);
    if (writes.length === 0) return true;
    let generations: readonly (number | undefined)[];
    try {
      const lost = forgets ? await forgotten(outer, writes, now) : new Set<string>();
      generations = await gate.attempt(() =>
        Promise.all(
          writes.map(([key, write]) => {
            // Redis's time at that moment, by a duration of ours, rounded down: the reply had its way to go, and two
            // clocks may drift apart by 500 ppm.
            const then = time === 0 ? 0 : time - (now - write.at) * 1_000 * 1.0005;
            const cutoff = Math.max(write.seen, Math.floor(then));
            const least = outer.memoryOf(key);
            if (write.kind === 'delete' || lost.has(key))
              return level.replay({ key, body: undefined, ttl: least }, cutoff, false);
            const { body, ttl } = outer.sharedForm({ ...write.entry, start });
            const set = write.kind === 'set';
            return level.replay({ key, body, ttl: set ? Math.max(ttl, least) : ttl }, cutoff, !set);
          }),
        ),
      );
      journal.done();
    } catch (error) {
      journal.failed();
      throw error;
    }
    await takeBack(
      outer,
      writes.filter((_, at) => generations[at] === 0),
    );
  }
}

/** More was missed than could be noted. What is missed from here on is noted again. Resolves to the version of it. */
async function invalidateAll(outer: OuterLevels): Promise<number> {
  const { level, gate, journal } = outer.l2!;
  const { tags } = outer.options;
  const moment = tags.seq;
  journal.reset();
  try {
    const version = await gate.attempt(() => level.bump(['e']));
    // The root's epoch stands for all tags that were forgotten.
    tags.settleAll(moment, version);
    return version;
  } catch (error) {
    journal.overflow();
    throw error;
  }
}

/** Turns values into deletes of which somebody else has invalidated a tag, after `least` at least. */
async function checkTags(outer: OuterLevels, least: number): Promise<Versions> {
  const { level, gate, journal } = outer.l2!;
  const { knownBase, knownClock } = outer;
  const asked = journal.tagsOfWrites();
  let versions: Versions | undefined;
  const foreign = new Set<string>();
  for (let from = 0; versions === undefined || from < asked.length; from += MAX_TAGS) {
    const some = asked.slice(from, from + MAX_TAGS);
    const { clock, base, tags } = await gate.attempt(() => level.versions(some));
    versions ??= { clock, base, tags: [] };
    // Another base than we knew: Redis has lost its data, and whatever it knows of now has come since.
    const known = Math.max(least, versions.base === knownBase ? knownClock : 0);
    some.forEach((tag, at) => {
      if (tags[at]! > known) foreign.add(tag);
    });
  }
  if (foreign.size > 0) journal.deleteWhere((entry) => entry.tags.some((tag) => foreign.has(tag)));
  return versions;
}

/** Whether Redis has been there for so long that the tombstone of a deletion may be gone. */
function mayHaveForgotten(
  { l2, knownBase, options }: OuterLevels,
  { base }: Versions,
  time: number,
): boolean {
  if (!l2!.level.scripted) return false;
  return base === knownBase || time - base > options.tombstoneTTL * 1_000;
}

/** The keys of values that have waited for long and that Redis does not know, any more or yet. */
async function forgotten(
  outer: OuterLevels,
  writes: readonly Missed[],
  now: Milliseconds,
): Promise<ReadonlySet<string>> {
  const { level, gate } = outer.l2!;
  const { tombstoneTTL } = outer.options;
  const old = writes.flatMap(([key, { kind, at }]) =>
    kind !== 'delete' && now - at > tombstoneTTL ? [key] : [],
  );
  if (old.length === 0) return new Set();
  const { texts } = await gate.attempt(() => level.read(old, []));
  return new Set(old.filter((_, at) => outer.decode(texts[at]).kind === 'absent'));
}

/** What could not be written for what others have written meanwhile: the database may have got it from us. */
async function takeBack(outer: OuterLevels, writes: readonly Missed[]): Promise<void> {
  const { level, gate } = outer.l2!;
  await Promise.all(
    writes.map(async ([key]) => {
      if (await outer.writeDatabase(key, undefined)) return;
      const ttl = outer.memoryOf(key);
      await gate.attempt(() => level.write({ key, body: undefined, ttl }));
    }),
  );
}

async function bumpTags(outer: OuterLevels, tags: readonly string[]): Promise<number> {
  const { level, gate, journal } = outer.l2!;
  const { tags: table } = outer.options;
  const moment = table.seq;
  try {
    const version = await gate.attempt(() => level.bump(tags));
    for (const tag of tags) table.settleUpTo(tag, moment, version);
    return version;
  } catch (error) {
    // Their values have been turned into deletes already: the order does not matter any more.
    journal.putTags(tags);
    throw error;
  }
}
