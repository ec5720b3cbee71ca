import { expect, test } from '@jest/globals';
import { testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { RetryBudget } from '../../src/retry/retry-budget.js';

test('allows the minimum in any second, and the share of the last ten', () => {
  const budget = new RetryBudget(0.2, 3);
  expect([0, 1, 2, 3].map(() => budget.withdraw(500))).toEqual([true, true, true, false]);
  expect(budget.withdraw(1_500)).toBe(true);
  for (let i = 0; i < 100; i++) budget.deposit(2_000);
  let taken = 0;
  while (budget.withdraw(2_100)) taken++;
  expect(taken).toBe(16);
  // All of that is forgotten after ten seconds.
  expect([0, 1, 2, 3].map(() => budget.withdraw(60_000))).toEqual([true, true, true, false]);
});

test('counts exactly what lies in the window, whatever the times', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4_000), fc.boolean()), { maxLength: 100 }), (steps) => {
      const budget = new RetryBudget(0.5, 1);
      const log: { second: number; retry: boolean }[] = [];
      let now = 0;
      for (const [wait, retry] of steps) {
        now += wait;
        const second = Math.floor(now / 1_000);
        if (!retry) {
          budget.deposit(now);
          log.push({ second, retry });
          continue;
        }
        const window = log.filter((entry) => entry.second > second - 10);
        const retries = window.filter((entry) => entry.retry).length;
        const thisSecond = window.filter((entry) => entry.retry && entry.second === second).length;
        const expected = thisSecond < 1 || retries + 1 <= 0.5 * (window.length - retries);
        expect(budget.withdraw(now)).toBe(expected);
        if (expected) log.push({ second, retry });
      }
    }),
    { seed: testSeed() },
  );
});
