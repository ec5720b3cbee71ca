import type { OuterLevels } from './outer-levels.js';

const BATCH = 200;

/**
 * Makes up for what Redis has missed. Resolves to true when nothing is left, in the same turn as the last write was
 * acknowledged, so that the level is trusted before anything else can be missed.
 *
 * Nobody can order our missed writes and what others have written meanwhile. So: a key that somebody else has
 * written since gets a tombstone; a value with a tag that somebody else has
 * invalidated becomes a delete.
 */
export async function replayJournal(outer: OuterLevels): Promise<boolean> {
  const { level, gate, journal } = outer.l2!;
  const { knownClock, knownBase } = outer;
  if (journal.overflowed) {
    const moment = outer.options.tags.seq;
    const version = await gate.attempt(() => level.bump(['e']));
    // The root's epoch stands for all tags that were forgotten.
    outer.options.tags.settleAll(moment, version);
    outer.knownClock = version;
    journal.reset();
  }
  const asked = journal.tagsOfWrites();
  const versions = await gate.attempt(() => level.versions(asked));
  // Another base: Redis has lost its data, and with them what others have invalidated; nothing to compare with.
  const foreign = new Set(
    versions.base === knownBase ? asked.filter((_, index) => versions.tags[index]! > knownClock) : [],
  );
  if (foreign.size > 0) journal.deleteWhere((entry) => entry.tags.some((tag) => foreign.has(tag)));
  const { clock } = outer.options;
  const time = await gate.attempt(() => level.time());
  const now = clock.now();
  let start = versions.clock;
  outer.knownBase = versions.base;
  for (;;) {
    const tags = journal.takeTags();
    if (tags.length > 0) start = await bumpTags(outer, tags);
    outer.knownClock = start;
    const writes = journal.takeWrites(BATCH);
    if (writes.length === 0) return true;
    try {
      await gate.attempt(() =>
        Promise.all(
          writes.map(([key, write]) => {
            // Redis's time when we would have written, by a duration of ours, rounded down: the reply had its way to
            // go, and two clocks may drift apart by 500 ppm.
            const then = time === 0 ? 0 : time - (now - write.at) * 1_000 * 1.0005;
            const cutoff = Math.max(write.seen, Math.floor(then));
            if (write.kind === 'delete')
              return level.replay({ key, body: undefined, ttl: outer.options.tombstoneTTL }, cutoff, false);
            const entry = { ...write.entry, start };
            return level.replay({ key, ...outer.sharedForm(entry) }, cutoff, write.kind === 'fill');
          }),
        ),
      );
      journal.done();
    } catch (error) {
      journal.failed();
      throw error;
    }
  }
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
