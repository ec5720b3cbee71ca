import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import { Semaphore } from '../src/index.js';
import { ManualClock } from '../src/testing/index.js';

test('grants permits first come, first served', async () => {
  const semaphore = new Semaphore(1);
  const order: number[] = [];
  const first = await semaphore.acquire();
  const rest = [1, 2, 3].map(async (n) => {
    const release = await semaphore.acquire();
    order.push(n);
    release();
  });
  expect([semaphore.available, semaphore.waiting]).toEqual([0, 3]);
  first();
  await Promise.all(rest);
  expect(order).toEqual([1, 2, 3]);
  expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
});

test('a double release adds no permit', async () => {
  const semaphore = new Semaphore(1);
  const release = await semaphore.acquire();
  release();
  release();
  expect(semaphore.available).toBe(1);
  const other = await semaphore.acquire();
  release(); // late, when somebody else holds the permit
  expect(semaphore.available).toBe(0);
  other();
});

test('run() gives the permit back when its function throws', async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
  await expect(
    semaphore.run(() => {
      throw new Error('sync');
    }),
  ).rejects.toThrow('sync');
  expect(await semaphore.run(() => 5)).toBe(5);
  expect(semaphore.available).toBe(1);
});

describe('a waiter that gives up', () => {
  test('by its timeout', async () => {
    const clock = new ManualClock();
    const semaphore = new Semaphore(1, { clock });
    const release = await semaphore.acquire();
    const waits = semaphore.acquire({ timeout: 100 });
    const outcome = expect(waits).rejects.toMatchObject({ code: 'SPARK_SEMAPHORE_TIMEOUT', timeout: 100 });
    expect(clock.refTimers).toBe(1);
    await clock.advance(100);
    await outcome;
    release();
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  test('by its signal, before or while it waits', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const controller = new AbortController();
    const waits = semaphore.acquire({ signal: controller.signal });
    controller.abort(new Error('left'));
    await expect(waits).rejects.toThrow('left');
    await expect(semaphore.acquire({ signal: controller.signal })).rejects.toThrow('left');
    expect(semaphore.waiting).toBe(0);
    release();
    expect(semaphore.available).toBe(1);
  });

  test('leaves neither a timer nor a listener when it was served', async () => {
    const clock = new ManualClock();
    const semaphore = new Semaphore(1, { clock });
    const release = await semaphore.acquire();
    const waits = semaphore.acquire({ timeout: 100, signal: new AbortController().signal });
    release();
    (await waits)();
    expect(clock.timers).toBe(0);
  });

  test('100,000 of them leave in linear time', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.acquire();
    const controllers = Array.from({ length: 100_000 }, () => new AbortController());
    const waits = controllers.map(({ signal }) => semaphore.acquire({ signal }).catch(() => 'gone'));
    for (const controller of controllers.reverse()) controller.abort();
    expect(semaphore.waiting).toBe(0);
    await Promise.all(waits);
  });
});

test.each([0, -1, 1.5, NaN, Infinity, '3' as never])('refuses %p permits', (permits) => {
  expect(() => new Semaphore(permits)).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }));
});

test('never more holders than permits, nobody forgotten, whatever the order', async () => {
  const schedule = fc.array(
    fc.record({
      timeout: fc.integer({ min: 1, max: 50 }),
      hold: fc.integer({ min: 1, max: 50 }),
      at: fc.integer({ min: 0, max: 100 }),
    }),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), schedule, async (permits, callers) => {
      const clock = new ManualClock();
      const semaphore = new Semaphore(permits, { clock });
      let holders = 0;
      let settled = 0;
      for (const { at, timeout, hold } of callers) {
        clock.setTimeout(() => {
          semaphore.acquire({ timeout }).then(
            (release) => {
              expect(++holders).toBeLessThanOrEqual(permits);
              clock.setTimeout(() => {
                holders--;
                release();
                settled++;
              }, hold);
            },
            () => settled++,
          );
        }, at);
      }
      await clock.advance(2_000);
      expect(settled).toBe(callers.length);
      expect([semaphore.available, semaphore.waiting]).toEqual([permits, 0]);
    }),
    { seed: testSeed(), numRuns: 50 },
  );
});
