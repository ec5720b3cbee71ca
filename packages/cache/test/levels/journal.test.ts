import { expect, test } from '@jest/globals';
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
  const journal = new Journal(10);
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
  const journal = new Journal(10);
  journal.put('k', { kind: 'set', entry: entry(), ...missed });
  journal.takeWrites(10);
  journal.put('k', { kind: 'delete', ...missed });
  expect(journal.concerns('k')).toBe(true);
  journal.failed();
  expect(kinds(journal)).toEqual({ k: 'delete' });
});

test('a fetched value after a change must arrive as the change had to', () => {
  const journal = new Journal(10);
  journal.put('k', { kind: 'delete', ...missed });
  journal.put('k', { kind: 'fill', entry: entry(), ...missed });
  expect(kinds(journal)).toEqual({ k: 'set' });
});

test('beyond its bound it keeps the fact alone, until the level is cleared', () => {
  const journal = new Journal(2);
  for (const key of ['a', 'b', 'c']) journal.put(key, { kind: 'delete', ...missed });
  expect([journal.size, journal.overflowed, journal.concerns('z')]).toEqual([0, true, true]);
  journal.put('d', { kind: 'delete', ...missed });
  expect(journal.size).toBe(0);
  journal.reset();
  expect([journal.overflowed, journal.concerns('z')]).toEqual([false, false]);
});
