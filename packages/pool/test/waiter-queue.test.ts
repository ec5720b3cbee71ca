import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import fc from 'fast-check';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { WaiterQueue } from '../src/waiter-queue.js';
import { Waiter } from '../src/waiter.js';

const ignore = (): void => {};

function makeWaiter(priority: number, deadline: number): Waiter<number> {
  return new Waiter<number>(ignore, ignore, ignore, priority, 0, deadline, false, undefined);
}

const command = fc.oneof(
  fc.record({
    kind: fc.constant('push' as const),
    priority: fc.nat(3),
    timeout: fc.integer({ min: 1, max: 100 }),
  }),
  fc.record({ kind: fc.constant('shift' as const) }),
  fc.record({ kind: fc.constant('abort' as const), at: fc.nat(20) }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 60 }) }),
);

test('is a sorted list with deadlines, whatever is done to it', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 100 }), (commands) => {
      const clock = new ManualClock();
      const expired: Waiter<number>[] = [];
      const queue = new WaiterQueue<number>(clock, (waiter) => expired.push(waiter));
      let model: { waiter: Waiter<number>; controller: AbortController }[] = [];
      for (const one of commands) {
        if (one.kind === 'push') {
          const waiter = makeWaiter(one.priority, clock.now() + one.timeout);
          const controller = new AbortController();
          queue.push(waiter);
          queue.leaveOnAbort(waiter, controller.signal, ignore);
          model.push({ waiter, controller });
          model.sort((a, b) => a.waiter.priority - b.waiter.priority); // stable
        } else if (one.kind === 'shift') {
          expect(queue.shift()).toBe(model.shift()?.waiter);
        } else if (one.kind === 'abort') {
          const [gone] = model.splice(one.at, 1);
          gone?.controller.abort();
        } else {
          expired.length = 0;
          clock.advanceSync(one.ms);
          const now = clock.now();
          for (const waiter of expired) expect(waiter.deadline).toBeLessThanOrEqual(now + 1);
          model = model.filter(({ waiter }) => !expired.includes(waiter));
          for (const { waiter } of model) expect(waiter.deadline).toBeGreaterThan(now);
        }
        expect(queue.size).toBe(model.length);
        expect(clock.timers).toBeLessThanOrEqual(1);
      }
      queue.rejectAll(() => new Error('over'));
      expect(queue.size).toBe(0);
      expect(clock.timers).toBe(0);
    }),
    { seed: testSeed(), numRuns: soakCount(1_000) },
  );
});

test('a thousand waiters share one timer and leave in any order', () => {
  const clock = new ManualClock();
  const queue = new WaiterQueue<number>(clock, ignore);
  const controllers = Array.from({ length: 1_000 }, () => new AbortController());
  for (const { signal } of controllers) {
    const waiter = makeWaiter(0, 5_000);
    queue.push(waiter);
    queue.leaveOnAbort(waiter, signal, ignore);
  }
  expect(clock.timers).toBe(1);
  for (const controller of controllers.reverse()) controller.abort();
  expect(queue.size).toBe(0);
  expect(clock.timers).toBe(0);
});
