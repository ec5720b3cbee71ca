import type { Entry } from '../entry.js';
import { checkOrder } from './check-order.js';
import type { MissedWrite } from './journal.js';
import type { OuterLevels } from './outer-levels.js';

/** Written at a time: fewer than a pool has to queue for long. */
const BATCH = 16;

/** Makes up for what the database has missed. Resolves to true when nothing is left. */
export async function recoverDatabase(outer: OuterLevels): Promise<boolean> {
  const { gate, journal, level } = outer.l3!;
  await gate.attempt(() => level.get('cache:~probe'));
  if (journal.overflowed && !(await invalidateAll(outer))) return false;
  while (journal.size > 0) {
    const writes = journal.takeWrites(BATCH);
    let newest: readonly (Entry | undefined)[];
    try {
      newest = await newestOf(outer, writes);
      await Promise.all(
        writes.map(([key], at) => gate.attempt(() => outer.storeInDatabase(key, newest[at]))),
      );
      journal.done();
    } catch (error) {
      journal.failed();
      throw error;
    }
    // What has been overtaken meanwhile goes into the journal again, as a delete.
    await Promise.all(writes.map(([key], at) => checkOrder(outer, key, newest[at]?.generation ?? 0)));
  }
  return true;
}

/** What the database holds can't be told from what is outdated. What is missed from here on is noted again. */
async function invalidateAll(outer: OuterLevels): Promise<boolean> {
  const { journal } = outer.l3!;
  let done = false;
  journal.reset();
  try {
    done = await outer.invalidateAll();
  } finally {
    if (!done) journal.overflow();
  }
  return done;
}

/**
 * What is to stand in the database. Nobody but Redis can tell whether what we have missed is older than what others have
 * written meanwhile: where that can't be asked, or has forgotten the key by now, a missed value becomes a delete.
 */
async function newestOf(
  outer: OuterLevels,
  writes: readonly (readonly [key: string, write: MissedWrite])[],
): Promise<readonly (Entry | undefined)[]> {
  const { l2, shared, options } = outer;
  const own = writes.map(([, write]) => (write.kind === 'delete' ? undefined : write.entry));
  if (l2?.level.scripted !== true) return own;
  if (shared === undefined) return own.map(() => undefined);
  const keys = writes.map(([key]) => key);
  const { texts } = await shared.gate.run(() => shared.level.read(keys, []));
  const now = options.clock.now();
  return own.map((entry, at) => {
    if (entry === undefined) return undefined;
    const stored = outer.decode(texts[at]);
    if (stored.kind === 'value') return stored.generation === entry.generation ? entry : stored.entry;
    return stored.kind === 'absent' && now - writes[at]![1].at < options.tombstoneTTL ? entry : undefined;
  });
}
