import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import v8 from 'node:v8';
import { GrowingConstructors } from '../../src/leaks/growing-constructors.js';

class Few {}
class Same {}
class Many {}
class Gone {}
const counts = new Map<unknown, number>();
type Queryable = { queryObjects: (one: unknown, options: { format: string }) => number };

beforeEach(() => {
  const query = (one: unknown, { format }: { format: string }): number =>
    format === 'count' ? (counts.get(one) ?? 0) : NaN;
  jest.spyOn(v8 as unknown as Queryable, 'queryObjects').mockImplementation(query);
});
afterEach(() => void jest.restoreAllMocks());

test.each([[[Few, Same, Many, Gone]], [[Gone, Many, Same, Few]]])(
  'classes with more instances than at the baseline are told, the most grown first',
  (classes) => {
    const growing = new GrowingConstructors(classes);
    const count = (few: number, same: number, many: number, gone: number) =>
      [Few, Same, Many, Gone].forEach((one, i) => counts.set(one, [few, same, many, gone][i]!));
    count(100, 5, 1, 9);
    growing.takeBaseline();
    count(110, 5, 50, 8);
    expect(growing.grown()).toEqual([
      { name: 'Many', before: 1, now: 50 },
      { name: 'Few', before: 100, now: 110 },
    ]);
  },
);

test('without a baseline all instances are new', () => {
  counts.set(Few, 2);
  expect(new GrowingConstructors([Few]).grown()).toEqual([{ name: 'Few', before: 0, now: 2 }]);
});
