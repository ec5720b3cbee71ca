import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Entry } from '../../src/entry.js';
import { Journal } from '../../src/levels/journal.js';

const entry = (...tags: string[]): Entry => ({
  value: 1,
  generation: 0,
  start: 0,
  created: 0,
  soft: 0,
  grace: 0,
  tags,
});
const missed = { at: 1, seen: 0 };
const kinds = (journal: Journal): Record<string, string> =>
  Object.fromEntries(journal.takeWrites(10).map(([key, { kind }]) => [key, kind]));

test('a value whose tag is invalidated becomes a delete, also while it is replayed, should that fail', () => {
  const journal = new Journal(10, Infinity);
  journal.put('replayed', { kind: 'set', entry: entry('t'), ...missed });
  journal.takeWrites(10);
  journal.put('waiting', { kind: 'fill', entry: entry('t'), ...missed });
  journal.put('other', { kind: 'fill', entry: entry('u'), ...missed });
  journal.putTags(['t']);
  journal.failed();
  expect(kinds(journal)).toEqual({ replayed: 'delete', waiting: 'delete', other: 'fill' });
  expect(journal.takeTags()).toEqual(['t']);
});

test('what has come since takes the place of what could not be replayed', () => {
  const journal = new Journal(10, Infinity);
  journal.put('k', { kind: 'set', entry: entry(), ...missed });
  journal.takeWrites(10);
  journal.put('k', { kind: 'delete', ...missed });
  expect(journal.concerns('k')).toBe(true);
  journal.failed();
  expect(kinds(journal)).toEqual({ k: 'delete' });
});

test('a fetched value after a change must arrive as the change had to', () => {
  const journal = new Journal(10, Infinity);
  journal.put('k', { kind: 'delete', ...missed });
  journal.put('k', { kind: 'fill', entry: entry(), ...missed });
  expect(kinds(journal)).toEqual({ k: 'set' });
});

test('beyond its bound it keeps the fact alone, until the level is cleared', () => {
  const journal = new Journal(2, Infinity);
  for (const key of ['a', 'b', 'c']) journal.put(key, { kind: 'delete', ...missed });
  expect([journal.size, journal.overflowed, journal.concerns('z')]).toEqual([0, true, true]);
  journal.put('d', { kind: 'delete', ...missed });
  expect(journal.size).toBe(0);
  journal.reset();
  expect([journal.overflowed, journal.concerns('z')]).toEqual([false, false]);
});

describe('values of more bytes than it may hold', () => {
  const long = (): Entry => ({ ...entry('t'), text: 'x'.repeat(1_000) });
  let journal: Journal;
  beforeEach(() => {
    // Of these values, with their texts, four fit.
    journal = new Journal(1_000, 9_000);
    for (let i = 0; i < 4; i++) journal.put(`k${i}`, { kind: 'set', entry: long(), ...missed });
  });
  const kept = () => {
    const all = journal.takeWrites(1_000).map(([key, { kind }]) => `${key} ${kind}`);
    journal.done();
    return all;
  };

  test('what was fetched is forgotten, of what was set remains that it has changed', () => {
    journal.put('fetched', { kind: 'fill', entry: long(), ...missed });
    journal.put('set', { kind: 'set', entry: long(), ...missed });
    journal.put('deleted', { kind: 'delete', ...missed });
    expect(kept()).toEqual(['k0 set', 'k1 set', 'k2 set', 'k3 set', 'set delete', 'deleted delete']);
    expect(journal.overflowed).toBe(false);
  });

  test('what was fetched after a change does not leave what was there before it', () => {
    journal.put('k4', { kind: 'delete', ...missed });
    journal.put('k4', { kind: 'fill', entry: long(), ...missed });
    expect(kept()).toContain('k4 delete');
  });

  test.each<[string, () => void]>([
    ['overwritten', () => journal.put('k0', { kind: 'delete', ...missed })],
    ['invalidated', () => journal.putTags(['t'])],
    ['foreign', () => journal.deleteWhere(() => true)],
    ['replayed', () => void kept()],
    ['cleared', () => journal.reset()],
    [
      'overwritten while they are replayed in vain',
      () => {
        journal.takeWrites(10);
        journal.put('k0', { kind: 'delete', ...missed });
        journal.failed();
      },
    ],
  ])('once some are %s there is room again', (_name, act) => {
    act();
    journal.put('new', { kind: 'set', entry: long(), ...missed });
    expect(kept()).toContain('new set');
  });

  test('and none before', () => {
    journal.put('k0', { kind: 'set', entry: long(), ...missed });
    journal.takeWrites(10);
    journal.failed();
    journal.put('new', { kind: 'set', entry: long(), ...missed });
    expect(kept()).toContain('new delete');
  });
});
