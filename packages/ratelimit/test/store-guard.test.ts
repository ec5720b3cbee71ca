import { describe, expect, test } from '@jest/globals';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import type { RateLimiterOptions } from '../src/options.js';
import { SlidingWindowRateLimiter } from '../src/sliding-window-rate-limiter.js';
import type { AsyncWindows, WindowOutcome } from '../src/window-store.js';

const ADMITTED: WindowOutcome = { allowed: true, at: 0, remaining: [7], retryAfter: [0], slotDenied: false };

/** A store that answers when it is told to, or never. */
class Doubtful {
  readonly synchronous = false;
  readonly asked: string[] = [];
  answer: () => Promise<WindowOutcome> = () => Promise.resolve(ADMITTED);

  open(): AsyncWindows {
    const note = (what: string) => (key: string) => {
      this.asked.push(`${what} ${key}`);
      return this.answer();
    };
    const change = (what: string) => async (key: string) => void (await note(what)(key));
    return {
      consume: note('consume'),
      peek: note('peek'),
      refund: change('refund'),
      release: change('release'),
      reset: change('reset'),
      resetAll: () => change('resetAll')(''),
    };
  }

  close(): void {}
}

const limiterOf = (options: RateLimiterOptions = {}) => {
  const clock = new ManualClock();
  const store = new Doubtful();
  const limiter = new SlidingWindowRateLimiter({
    maxRequests: 20,
    clock,
    store,
    random: () => 0.5,
    ...options,
  });
  const events: unknown[] = [];
  limiter.on('storeError', ({ error }) => events.push(error));
  limiter.on('storeRecovered', ({ downFor }) => events.push(downFor));
  return { clock, store, limiter, events };
};

const silent = () => new Promise<never>(() => {});
const down = () => Promise.reject(new Error('down'));

test('waits 50 ms for the store by default, and no longer', async () => {
  const { clock, store, limiter, events } = limiterOf();
  store.answer = silent;
  let told = false;
  const first = limiter.isAllowed('k').finally(() => (told = true));
  await clock.advance(48);
  expect(told).toBe(false);
  await clock.advance(2);
  expect(await first).toMatchObject({ allowed: true, remaining: 19 }); // the limiter in memory
  expect(events).toMatchObject([{ code: 'SPARK_RATE_LIMIT_STORE_TIMEOUT', timeout: 50 }]);
  expect(clock.timers).toBe(0);
});

test('an open circuit asks nothing and waits for nothing; one probe at a time closes it', async () => {
  const { clock, store, limiter, events } = limiterOf({ storeTimeout: 200 });
  store.answer = down;
  await limiter.isAllowed('k');
  expect(store.asked).toEqual(['consume k']);
  // The clock stands: whoever waited would wait for ever.
  for (let i = 0; i < 30; i++) expect((await limiter.isAllowed('k')).allowed).toBe(i < 19);
  expect(store.asked).toHaveLength(1);
  expect(limiter.getStats()).toMatchObject({ storeErrors: 1, storeState: 'open' });

  store.answer = silent;
  await clock.advance(1_000);
  const probe = limiter.isAllowed('other');
  for (let i = 0; i < 10; i++) await limiter.isAllowed('k');
  expect(store.asked).toEqual(['consume k', 'consume other']);
  await clock.advance(200);
  expect((await probe).allowed).toBe(true);

  store.answer = () => Promise.resolve(ADMITTED);
  await clock.advance(10_000);
  expect(await limiter.isAllowed('k')).toMatchObject({ allowed: true, remaining: 7 });
  expect(events).toHaveLength(3);
  expect(events[2]).toBeGreaterThanOrEqual(11_200);
  expect(limiter.getStats().storeState).toBe('closed');
});

test('a store that throws instead of rejecting is out of reach all the same', async () => {
  const { store, limiter, events } = limiterOf({ onStoreError: 'open' });
  store.answer = () => {
    throw new Error('thrown');
  };
  expect(await limiter.isAllowed('k')).toMatchObject({ allowed: true, remaining: 20 });
  expect(events).toHaveLength(1);
});

describe('what is asked in vain', () => {
  test('a bad cost or key is the fault of the caller, not of the store', async () => {
    const { store, limiter } = limiterOf({ onStoreError: 'open' });
    await expect(limiter.refund('k', -1)).rejects.toMatchObject({ code: 'SPARK_INVALID_OPTION' });
    await expect(limiter.refund('')).rejects.toMatchObject({ code: 'SPARK_INVALID_OPTION' });
    await expect(limiter.reset('')).rejects.toMatchObject({ code: 'SPARK_INVALID_OPTION' });
    expect(store.asked).toEqual([]);
    expect(limiter.getStats()).toMatchObject({ storeErrors: 0, storeState: 'closed' });
  });

  test('a reset that does not reach the store says so; one of the counts in memory is done', async () => {
    const { store, limiter } = limiterOf({ maxRequests: 2 });
    store.answer = down;
    for (let i = 0; i < 3; i++) await limiter.isAllowed('k');
    expect((await limiter.peek('k')).allowed).toBe(false);
    await expect(limiter.reset('k')).rejects.toMatchObject({ code: 'SPARK_RATE_LIMIT_STORE_UNAVAILABLE' });
    expect((await limiter.peek('k')).remaining).toBe(2);
    await expect(limiter.refund('k')).resolves.toBeUndefined();
  });
});

test('in memory each instance lends its part of the slots, at least one', async () => {
  for (const [concurrency, part] of [
    [9, 2],
    [3, 1],
  ] as const) {
    const { store, limiter } = limiterOf({ concurrency, instances: 4, maxRequests: 100 });
    store.answer = down;
    const middleware = limiter.middleware(() => 'k');
    let passed = 0;
    for (let i = 0; i < 5; i++) await middleware(fakeContext(), async () => void passed++);
    expect(passed).toBe(part);
  }
});

test('a slot that a late answer took is given back', async () => {
  const { clock, store, limiter } = limiterOf({ concurrency: 1 });
  let answer = (_outcome: WindowOutcome): void => {};
  store.answer = () => new Promise((resolve) => (answer = resolve));
  const request = limiter.middleware(() => 'k')(fakeContext(), async () => {});
  await clock.advance(50);
  await request;
  expect(store.asked).toEqual(['consume k']);
  answer(ADMITTED);
  await clock.advance(0);
  expect(store.asked).toEqual(['consume k', 'release k']);
});
