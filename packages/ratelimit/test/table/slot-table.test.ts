import { expect, jest, test } from '@jest/globals';
import { KeyedHash } from '../../src/keyed-hash.js';
import { windowPolicy } from '../../src/policy.js';
import { MemoryBudget } from '../../src/table/memory-budget.js';
import { recordLayout } from '../../src/table/record-layout.js';
import { SlotTable } from '../../src/table/slot-table.js';

const DAY = 86_400_000;

function tableOf(maxSlots: number) {
  const policy = windowPolicy({ name: 'default', maxRequests: 100, windowSize: DAY, precision: DAY / 10 });
  const layout = recordLayout([policy]);
  const budget = new MemoryBudget(maxSlots, 2 ** 26);
  const table = new SlotTable(layout, budget, () => {});
  const hash = new KeyedHash(Buffer.from('of a key'));
  const meet = (key: string): boolean => {
    hash.update(key);
    if (table.find(hash.high, hash.low, 0) >= 0) return true;
    const record = table.claim(hash.high, hash.low, 0);
    if (record >= 0) layout.counters[0]?.add(table.segment, record + (layout.offsets[0] as number), 0, 1);
    return false;
  };
  return { table, budget, meet };
}

test('a table that is full is not copied again and again for the keys that come', () => {
  const { table, budget, meet } = tableOf(2 ** 15);
  for (let key = 0; key < 60_000; key++) meet(`k${key}`);
  const take = jest.spyOn(budget, 'take');
  for (let key = 60_000; key < 120_000; key++) meet(`k${key}`);
  // What little there still is may be tried once by each of the 100 to 200 segments, not by each key.
  const granted = take.mock.results.filter(({ value }) => value === true);
  expect(granted.length).toBeLessThan(200);
  expect(table.keys).toBeGreaterThan(0.97 * 2 ** 15);
});

test('keys that share a half of their hash, and the place, are told apart', () => {
  const { table } = tableOf(2 ** 15);
  const first = table.claim(7, 8, 0);
  expect(table.find(7, 8, 0)).toBe(first);
  expect(table.find(7, 16, 0)).toBe(-1);
  expect(table.find(9, 8, 0)).toBe(-1);
  expect(table.claim(7, 16, 0)).not.toBe(first);
  expect(table.find(7, 8, 0)).toBe(first);
});

test('a segment is enlarged a few times in its life, however unevenly keys fall', () => {
  const { table, budget, meet } = tableOf(2 ** 20);
  const take = jest.spyOn(budget, 'take');
  for (let key = 0; key < 40_000; key++) meet(`k${key}`);
  for (let key = 0; key < 40_000; key++) expect(meet(`k${key}`)).toBe(true);
  expect(table.evictions).toBe(0);
  // A key takes part in about a copy for each eighth by which its segment grows, and few of them are in vain.
  expect(take.mock.calls.length).toBeLessThan(2_000);
});
