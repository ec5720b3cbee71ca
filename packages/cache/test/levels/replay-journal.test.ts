import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { L3_TTL, outerFleet, OuterInstance, TOMBSTONE } from './outer-fleet.js';

let fleet: ReturnType<typeof outerFleet>;
beforeEach(() => {
  fleet = outerFleet();
});
afterEach(() => fleet.close());

describe('a value fetched during the outage', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['set', () => fleet.b.set('k', 'newer')],
    ['deleted', () => fleet.b.delete('k')],
    ['fetched', () => fleet.b.fetch('k', 'newer', undefined, 0)],
  ])('is not replayed if the key was %s while it was fetched', async (_name, change) => {
    const { a, clock, shared, database } = fleet;
    await a.cutOff();
    await clock.advance(10);
    await a.fetch('k', 'older', async () => {
      await clock.advance(10);
      await change();
      await clock.advance(10);
    });
    await a.reconnect();
    expect(shared('k')).not.toBe('older');
    // Nor is it left in the database, where it would be found once the shared level has forgotten the key.
    expect(database('k')).not.toBe('older');
  });

  test('nor if the outage began while it was fetched, and the generation that it saw is gone', async () => {
    const { a, b, clock, shared } = fleet;
    await b.set('k', 'first');
    const seen = fleet.store.generation('k');
    await a.fetch(
      'k',
      'older',
      async () => {
        await b.set('k', 'newer');
        await a.cutOff();
        await clock.advance(10);
      },
      seen,
    );
    await a.reconnect();
    expect(shared('k')).toBe('newer');
  });

  test('is replayed if what stood before it still stands', async () => {
    const { a, b, clock, shared } = fleet;
    await b.set('k', 'before');
    await clock.advance(10);
    await a.cutOff();
    await a.fetch('k', 'fetched', () => clock.advance(10));
    await a.fetch('new', 'fetched');
    await a.reconnect();
    expect([shared('k'), shared('new')]).toEqual(['fetched', 'fetched']);
  });
});

describe('what has waited for longer than a deletion is remembered', () => {
  const outage = async (write: () => Promise<unknown>): Promise<void> => {
    await fleet.a.cutOff();
    await write();
    await fleet.clock.advance(TOMBSTONE * 2);
  };

  test('a value of a key that nobody knows any more is not written: it may have been deleted', async () => {
    const { a, b, shared, database } = fleet;
    await b.set('before', 1);
    await outage(async () => {
      await a.set('set', 'older');
      await a.fetch('fetched', 'older');
      for (const key of ['set', 'fetched']) await b.delete(key);
    });
    expect(fleet.store.text('set')).toBeNull();
    await a.reconnect();
    for (const key of ['set', 'fetched']) expect([shared(key), database(key)]).toEqual([null, undefined]);
  });

  test('one of a key that is known is, unless somebody has changed it', async () => {
    const { a, b, shared } = fleet;
    await b.set('mine', 'before');
    await b.set('yours', 'before');
    await fleet.clock.advance(1_000);
    await a.cutOff();
    await a.set('mine', 'missed');
    await a.set('yours', 'missed');
    await fleet.clock.advance(TOMBSTONE + 1_000);
    await b.set('yours', 'newer');
    await a.reconnect();
    expect([shared('mine'), shared('yours')]).toEqual(['missed', null]);
  });

  test('a Redis that came back empty has forgotten no deletion yet', async () => {
    const { a, shared, store } = fleet;
    await a.set('before', 1);
    await outage(() => a.set('k', 'missed'));
    store.reset();
    await a.reconnect();
    expect(shared('k')).toBe('missed');
  });
});

describe('tags that somebody else has invalidated', () => {
  test.each([
    ['that has kept its data', false],
    ['that has lost its data', true],
  ])('in a Redis %s: what was missed with them becomes a delete', async (_name, lost) => {
    const { a, b, shared, store } = fleet;
    await a.set('before', 1);
    await a.cutOff();
    await a.set('tagged', 'older', ['e', 't']);
    await a.set('other', 'missed', ['e', 'u']);
    if (lost) store.reset();
    await b.outer.l2!.level.bump(['t']);
    await a.reconnect();
    expect([shared('tagged'), shared('other')]).toEqual([null, 'missed']);
  });

  test('thousands of tags are asked for in calls that a script can take', async () => {
    const { a, shared } = fleet;
    await a.cutOff();
    for (let i = 0; i < 300; i++)
      await a.set(`k${i}`, i, ['e', ...Array.from({ length: 10 }, (_, j) => `t${i}.${j}`)]);
    a.connection.calls.length = 0;
    await a.reconnect();
    expect([shared('k0'), shared('k299')]).toEqual([0, 299]);
    const asked = a.connection.calls.flatMap((call) => /^versions (\d+)/.exec(call)?.[1] ?? []).map(Number);
    expect([asked.reduce((sum, one) => sum + one, 0), Math.max(...asked)]).toEqual([3_001, 1_000]);
  });
});

describe('more is missed than the journal holds', () => {
  let small: OuterInstance;
  beforeEach(() => {
    small = new OuterInstance(fleet.store, fleet.rows, 'small---', 3);
  });
  afterEach(() => small.outer.close());
  const overflow = async (): Promise<void> => {
    await small.cutOff();
    for (let i = 0; i < 5; i++) await small.delete(`k${i}`);
  };

  test('what is missed while everything is being invalidated is not lost', async () => {
    await overflow();
    expect(small.events).toEqual(['l2 down', 'l2 overflow']);
    small.connection.before = (call) => {
      if (call === 'bump') void small.set('meanwhile', 'set');
    };
    await small.reconnect();
    expect(fleet.shared('meanwhile')).toBe('set');
    expect(small.outer.l2!.gate.up).toBe(true);
  });

  test('nor is the level trusted when there is too much in the very turn of its recovery', async () => {
    await small.cutOff();
    await small.delete('k');
    const before = fleet.store.versions(['e']).tags[0]!;
    small.connection.before = (call) => {
      if (call === 'replay' && small.events.length === 1)
        for (let i = 0; i < 5; i++) void small.delete(`k${i}`);
    };
    await small.reconnect();
    expect(small.events).toEqual(['l2 down', 'l2 overflow', 'l2 up']);
    expect(fleet.store.versions(['e']).tags[0]!).toBeGreaterThan(before);
  });

  test('if that fails, everything is invalidated the next time', async () => {
    await overflow();
    let failures = 2;
    small.connection.before = (call) => {
      if (call === 'bump' && failures-- > 0) throw new Error('not yet');
    };
    const before = fleet.store.versions(['e']).tags[0]!;
    await small.reconnect();
    expect([failures < 0, fleet.store.versions(['e']).tags[0]! > before]).toEqual([true, true]);
    expect(small.outer.l2!.gate.up).toBe(true);
  });
});

describe('while the database has missed it too', () => {
  test('a deletion is remembered for as long as the database may have what was deleted', async () => {
    const { a, store, database } = fleet;
    await a.set('k', 'old');
    a.databaseDown = true;
    await a.cutOff();
    await a.delete('k');
    a.connection.ready = true;
    // Redis alone is back.
    await fleet.clock.advance(300);
    expect([a.outer.l2!.gate.up, a.outer.l3!.gate.up, database('k')]).toEqual([true, false, 'old']);
    expect(store.left('k')).toBeGreaterThan(L3_TTL);
  });

  test('a value that crosses that of somebody else is in neither level', async () => {
    const { a, b, clock, shared, database } = fleet;
    await a.cutOff();
    await a.set('k', 'older');
    await clock.advance(10);
    await b.set('k', 'newer');
    // Its own write to the database came late.
    await a.outer.storeInDatabase('k', a.entry('older'));
    await a.reconnect();
    expect([shared('k'), database('k')]).toEqual([null, undefined]);
  });
});
