import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { L3_TTL, outerFleet, OuterInstance, TOMBSTONE } from './outer-fleet.js';

let fleet: ReturnType<typeof outerFleet>;
beforeEach(async () => {
  fleet = outerFleet();
  await fleet.a.set('k', 'old');
});
afterEach(() => fleet.close());

const databaseBack = async (): Promise<void> => {
  fleet.a.databaseDown = false;
  await fleet.clock.advance(3_000);
  expect(fleet.a.outer.l3!.gate.up).toBe(true);
};

test('what was missed arrives', async () => {
  const { a, database } = fleet;
  a.databaseDown = true;
  await a.set('k', 'missed');
  await a.set('gone', 'missed');
  await a.delete('gone');
  await a.fetch('fetched', 'missed', undefined, 0);
  await databaseBack();
  expect(['k', 'gone', 'fetched'].map(database)).toEqual(['missed', undefined, 'missed']);
  expect(a.outer.l3!.journal.size).toBe(0);
});

test('what others have written meanwhile is not overwritten with what was missed before it', async () => {
  const { a, b, database } = fleet;
  a.databaseDown = true;
  for (const key of ['k', 'set', 'deleted']) await a.set(key, 'older');
  await b.set('set', 'newer');
  await b.delete('deleted');
  await databaseBack();
  expect([database('k'), database('set'), database('deleted')]).toEqual(['older', 'newer', undefined]);
});

test('what others write while it is being made up for stays, or nothing does', async () => {
  const { a, b, clock, database, shared } = fleet;
  a.databaseDown = true;
  await a.set('k', 'older');
  let changed = false;
  a.connection.before = (call) => {
    // The order was looked up; the row is written after theirs.
    if (call !== 'read' || changed) return;
    changed = true;
    queueMicrotask(() => void b.set('k', 'newer'));
  };
  await databaseBack();
  await clock.advance(100);
  expect([changed, shared('k'), database('k') === 'older']).toEqual([true, 'newer', false]);
});

test('a key that Redis has forgotten meanwhile may have been deleted', async () => {
  const { a, b, clock, database } = fleet;
  a.databaseDown = true;
  await a.set('k', 'older');
  await b.delete('k');
  fleet.store.rows.clear();
  await clock.advance(TOMBSTONE + 1_000);
  await databaseBack();
  expect(database('k')).toBeUndefined();
});

test('while Redis is down nobody can tell what is newer: missed values become deletes', async () => {
  const { a, database } = fleet;
  a.databaseDown = true;
  await a.set('k', 'missed');
  await a.cutOff();
  await databaseBack();
  expect(database('k')).toBeUndefined();
});

test('Redis remembers for long what was set while the database had what was there before', async () => {
  const { a, b, store, shared } = fleet;
  const left = () => store.left('k') > L3_TTL;
  a.databaseDown = true;
  // The first one that fails, and those that are not tried any more.
  for (const value of ['first', 'second']) {
    await a.set('k', value);
    expect([shared('k'), left()]).toEqual([value, true]);
  }
  // A row of the database is older than what Redis remembers, fresh or not.
  expect(b.outer.decode(fleet.rows.get('cache:k'))).toMatchObject({ entry: { value: 'old' } });
  expect(Number(fleet.rows.get('cache:k')!.slice(1, 17))).toBeLessThan(store.generation('k'));
  await databaseBack();
  await a.set('k', 'third');
  expect([shared('k'), left()]).toEqual(['third', false]);
});

test('more is missed than the journal holds: everything is invalidated, and what is missed meanwhile is not lost', async () => {
  const small = new OuterInstance(fleet.store, fleet.rows, 'small---', 3);
  try {
    let works = false;
    small.outer.invalidateAll = async () => {
      if (works) await small.set('meanwhile', 'set');
      return works;
    };
    small.databaseDown = true;
    for (let i = 0; i < 6; i++) await small.set(`k${i}`, i);
    expect(small.events).toEqual(['l3 down', 'l3 overflow']);
    small.databaseDown = false;
    await fleet.clock.advance(3_000);
    expect([small.outer.l3!.gate.up, small.outer.l3!.journal.overflowed]).toEqual([false, true]);
    works = true;
    await fleet.clock.advance(3_000);
    expect([small.outer.l3!.gate.up, small.outer.l3!.journal.overflowed]).toEqual([true, false]);
    expect(fleet.database('meanwhile')).toBe('set');
  } finally {
    small.outer.close();
  }
});

test('no row lives on its grace for longer than Redis remembers that it is outdated', async () => {
  const { a, clock } = fleet;
  const entry = { ...a.entry('v'), soft: clock.wallNow() + 10, grace: 100 * L3_TTL };
  await a.outer.storeInDatabase('g', entry);
  expect(a.outer.decode(fleet.rows.get('cache:g'))).toMatchObject({ entry: { grace: L3_TTL } });
});
