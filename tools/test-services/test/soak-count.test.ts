import { afterEach, expect, test } from '@jest/globals';
import { soakCount } from '../src/index.js';

const before = process.env.SPARK_SOAK;
afterEach(() => {
  if (before === undefined) delete process.env.SPARK_SOAK;
  else process.env.SPARK_SOAK = before;
});

test('a tenth, at least one; all of it in a soak run', () => {
  delete process.env.SPARK_SOAK;
  expect([soakCount(10_000), soakCount(15), soakCount(1)]).toEqual([1000, 2, 1]);
  process.env.SPARK_SOAK = '1';
  expect(soakCount(10_000)).toBe(10_000);
});
