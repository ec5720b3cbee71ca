import { expect, test } from '@jest/globals';
import { ResetCounts } from '../../src/table/reset-counts.js';

test('knows keys by both halves of their hash; of two with the same second half, the one reset last', () => {
  const counts = new ResetCounts(10);
  counts.add(1, 7);
  expect(counts.find(1, 7)).toMatchObject({ current: 0, previous: 0 });
  expect(counts.find(2, 7)).toBeUndefined();
  expect(counts.find(1, 8)).toBeUndefined();
  counts.add(2, 7);
  expect([counts.find(1, 7), counts.find(2, 7)]).toEqual([undefined, expect.objectContaining({ high: 2 })]);
});

test('forgets the key whose reset was first when there is no room; to be reset again counts as late', () => {
  const counts = new ResetCounts(2);
  counts.add(1, 1);
  counts.add(2, 2);
  counts.add(1, 1);
  counts.add(3, 3);
  expect([1, 2, 3].filter((key) => counts.find(key, key) !== undefined)).toEqual([1, 3]);
});

test('keeps what was used for two generations, and a key for two turns', () => {
  const counts = new ResetCounts(10);
  counts.add(1, 1);
  counts.find(1, 1)!.current = 5;
  counts.turn(1);
  counts.add(2, 2);
  counts.find(2, 2)!.current = 3;
  expect(counts.find(1, 1)).toMatchObject({ current: 0, previous: 5 });
  counts.turn(1);
  expect(counts.find(1, 1)).toBeUndefined();
  expect(counts.find(2, 2)).toMatchObject({ current: 0, previous: 3 });
  counts.add(3, 3);
  counts.turn(2);
  expect([2, 3].map((key) => counts.find(key, key))).toEqual([undefined, undefined]);
});
