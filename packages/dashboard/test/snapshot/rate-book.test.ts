import { expect, test } from '@jest/globals';
import { RateBook } from '../../src/snapshot/rate-book.js';

test('a rate is between now and a reading that is old enough, also when somebody looks in between', () => {
  const book = new RateBook(900);
  const look = (now: number, total: number): number => {
    book.begin(now);
    return book.rate('requests', total);
  };
  expect(look(0, 1_000)).toBe(0); // nothing to compare with
  expect(look(1_000, 1_100)).toBe(100);
  expect(look(1_010, 1_100)).toBeCloseTo(99, 0); // and not 0
  expect(look(2_000, 1_300)).toBe(200);
  expect(look(3_000, 1_200)).toBe(0); // a total that fell is no negative rate
});

test('what is not asked for any more is forgotten', () => {
  const book = new RateBook(900);
  book.begin(0);
  book.growth('a', 5);
  book.begin(1_000);
  book.begin(2_000);
  expect(book.growth('a', 9)).toBeUndefined();
});
