import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { CrashBudget } from '../../src/cluster/crash-budget.js';

test('is exhausted exactly when `max` crashes lie within the window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 100 }),
      fc.array(fc.nat({ max: 60 }), { maxLength: 60 }),
      (max, window, pauses) => {
        const clock = new ManualClock();
        const budget = new CrashBudget(clock, max, window);
        const times: number[] = [];
        for (const pause of pauses) {
          clock.stepNow(pause);
          times.push(clock.now());
          const within = times.filter((time) => clock.now() - time < window).length;
          expect(budget.exhaust()).toBe(within >= max);
        }
        expect(budget.total).toBe(pauses.length);
      },
    ),
    { seed: testSeed(), numRuns: soakCount(5_000) },
  );
});
