import { expect, test } from '@jest/globals';
import { PercentileBook } from '../../src/report/percentile-book.js';

test('the same data has the same percentiles, other data its own', () => {
  const book = new PercentileBook();
  const [fast, slow] = [
    [700, 98, 900, 2],
    [900, 100],
  ];
  const [p50, p95, p99] = book.of(fast);
  expect(p50).toBe(p95);
  expect(p99).toBeGreaterThan(p95);
  expect(book.of(fast)).toBe(book.of(fast));
  expect(book.of(slow)[0]).toBe(p99);
  expect(book.of([])).toEqual([0, 0, 0]);
});
