import { expect, test } from '@jest/globals';
import { FrequentRoutes } from '../../src/requests/frequent-routes.js';

test('whoever makes up more than a share of 1/(capacity + 1) is known, whatever else comes', () => {
  const frequent = new FrequentRoutes(4);
  let known = 0;
  for (let i = 0; i < 1_000; i++) {
    frequent.count(`once-${i}`);
    known = frequent.count('often');
  }
  // Of 2,000 appearances each of the others can cost it one in five at most.
  expect(known).toBeGreaterThanOrEqual(1_000 - 2_000 / 5);
  expect(known).toBeLessThanOrEqual(1_000);
});

test('a new name is seen once, or not at all when the table is full', () => {
  const frequent = new FrequentRoutes(2);
  expect([frequent.count('a'), frequent.count('a'), frequent.count('b')]).toEqual([1, 2, 1]);
  expect(frequent.count('c')).toBe(0); // costs a and b one: b is gone
  expect([frequent.count('c'), frequent.count('a')]).toEqual([1, 2]);
});

test('a name that is forgotten begins anew; with time half is forgotten', () => {
  const frequent = new FrequentRoutes(4);
  for (let i = 0; i < 9; i++) frequent.count('a');
  frequent.count('b');
  frequent.age();
  expect([frequent.count('a'), frequent.count('b')]).toEqual([5, 1]);
  frequent.forget('a');
  expect(frequent.count('a')).toBe(1);
});
