import { beforeEach, expect, test } from '@jest/globals';
import { TagTable } from '../../src/coherence/tag-table.js';

let table: TagTable;
beforeEach(() => {
  table = new TagTable(3);
});

test('what began before an invalidation is concerned by it, what began after it is not', () => {
  const before = table.seq;
  const at = table.invalidate('a', 10);
  expect([at > before, table.seq]).toEqual([true, at]);
  expect(table.changedSince(['x', 'a'], before)).toBe(true);
  expect(table.changedSince(['x'], before)).toBe(false);
  expect(table.changedSince(['a'], at)).toBe(false);
  table.invalidate('other', 11);
  expect(table.changedSince(['a'], at)).toBe(false);
  expect(table.changedSince([], before)).toBe(false);
});

test('an entry is allowed from the version of its tags on', () => {
  table.invalidate('a', 10);
  expect([9, 10, 11].map((start) => table.allows(['x', 'a'], start))).toEqual([false, true, true]);
  expect(table.allows(['x'], 0)).toBe(true);
});

test('while the version of an invalidation is not known nothing is old enough', () => {
  const seq = table.invalidate('a');
  expect(table.allows(['a'], Number.MAX_SAFE_INTEGER)).toBe(false);
  table.settleUpTo('a', seq, 10);
  expect([9, 10].map((start) => table.allows(['a'], start))).toEqual([false, true]);
});

test('a version that becomes known is not that of a later invalidation', () => {
  const first = table.invalidate('a');
  table.invalidate('a');
  table.settleUpTo('a', first, 10);
  table.settleUpTo('unknown', first, 10);
  expect(table.allows(['a'], 1_000)).toBe(false);
  table.settleAll(first, 10);
  expect(table.allows(['a'], 1_000)).toBe(false);
  table.settleAll(table.seq, 12);
  expect([11, 12].map((start) => table.allows(['a'], start))).toEqual([false, true]);
});

test('one version for all leaves those that are known already', () => {
  table.invalidate('known', 20);
  table.invalidate('a');
  table.settleAll(table.seq, 10);
  expect([table.allows(['a'], 10), table.allows(['known'], 10)]).toEqual([true, false]);
});

test('of what is forgotten the highest stands for all: too much rather than too little', () => {
  const before = table.seq;
  for (const [tag, version] of [
    ['a', 30],
    ['b', 10],
    ['c', 11],
    ['d', 12],
    ['e', 13],
  ] as const)
    table.invalidate(tag, version);
  expect(table.size).toBe(3);
  const middle = table.seq - 3;
  expect(['a', 'b', 'never'].map((tag) => table.changedSince([tag], before))).toEqual([true, true, true]);
  // Nothing that is forgotten has happened since.
  expect(['a', 'never'].map((tag) => table.changedSince([tag], middle))).toEqual([false, false]);
  expect([29, 30].map((start) => table.allows(['never'], start))).toEqual([false, true]);
});

test('an invalidation that is repeated is the newest one, and is not forgotten first', () => {
  for (const tag of ['a', 'b', 'c', 'a', 'd']) table.invalidate(tag, 1);
  const seq = table.seq;
  expect([table.changedSince(['a'], seq - 2), table.changedSince(['b'], seq - 2)]).toEqual([true, false]);
});

test('of what is forgotten while its version is not known, a version for all makes it good again', () => {
  for (const tag of ['a', 'b', 'c', 'd']) table.invalidate(tag);
  expect(table.allows(['never'], 1_000)).toBe(false);
  table.settleAll(table.seq, 10);
  expect([9, 10].map((start) => table.allows(['never'], start))).toEqual([false, true]);
});
