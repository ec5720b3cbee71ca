import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import type { RateLimitDecision } from '../src/decision.js';
import type { RateLimiterOptions } from '../src/options.js';
import { SlidingWindowRateLimiter } from '../src/sliding-window-rate-limiter.js';
import { MemoryWindowStore } from '../src/stores/memory-window-store.js';
import type { AsyncWindowStore } from '../src/window-store.js';

const limiterOf = (options: RateLimiterOptions = {}) => {
  const clock = new ManualClock();
  return { clock, limiter: new SlidingWindowRateLimiter({ clock, ...options }) };
};

/** A store in memory behind promises. */
function remote(clock: ManualClock): AsyncWindowStore {
  const store = new MemoryWindowStore({ clock });
  return {
    synchronous: false,
    open(spec) {
      const windows = store.open(spec);
      return {
        consume: async (...args) => ({ ...windows.consume(...args) }),
        peek: async (...args) => ({ ...windows.peek(...args) }),
        refund: async (...args) => windows.refund(...args),
        release: async (...args) => windows.release(...args),
        reset: async (key) => windows.reset(key),
        resetAll: async () => windows.resetAll(),
      };
    },
    close: () => store.close(),
  };
}

test('decides as the guide tells', async () => {
  const { clock, limiter } = limiterOf({ maxRequests: 2 });
  expect(await limiter.isAllowed('k')).toEqual({
    allowed: true,
    limit: 2,
    remaining: 1,
    resetTime: clock.wallNow() + 60_000,
    retryAfter: 0,
  });
  clock.stepNow(10_000);
  await limiter.isAllowed('k');
  expect(await limiter.isAllowed('k')).toEqual({
    allowed: false,
    limit: 2,
    remaining: 0,
    resetTime: clock.wallNow() + 50_000,
    retryAfter: 50_000,
  });
});

test('has the defaults of the guide', async () => {
  const { limiter } = limiterOf();
  for (let i = 0; i < 100; i++) expect(limiter.check('k').allowed).toBe(true);
  expect(limiter.check('k')).toMatchObject({ allowed: false, limit: 100 });
});

test('check says the same, in one object that is reused', async () => {
  const { clock, limiter } = limiterOf({ maxRequests: 2 });
  const first = limiter.check('k');
  expect({ ...first }).toEqual({
    allowed: true,
    limit: 2,
    remaining: 1,
    resetTime: clock.wallNow() + 60_000,
    retryAfter: 0,
  });
  expect(JSON.parse(JSON.stringify(first))).toEqual({ ...first });
  expect(limiter.check('k', 2)).toBe(first);
  expect(first).toMatchObject({ allowed: false, remaining: 1, retryAfter: 60_000 });
  const kept = await limiter.isAllowed('other');
  await limiter.isAllowed('k');
  expect(kept).toMatchObject({ allowed: true, remaining: 1 });
});

test('a step of the wall clock moves resetTime and no decision', () => {
  const { clock, limiter } = limiterOf({ maxRequests: 1 });
  limiter.check('k');
  clock.stepWall(-86_400_000);
  expect(limiter.check('k')).toMatchObject({
    allowed: false,
    retryAfter: 60_000,
    resetTime: clock.wallNow() + 60_000,
  });
  clock.stepWall(2 * 86_400_000);
  expect(limiter.check('k').allowed).toBe(false);
});

test('a cost above the limit never fits', async () => {
  const { limiter } = limiterOf({ maxRequests: 5 });
  expect(await limiter.isAllowed('k', 6)).toMatchObject({
    allowed: false,
    remaining: 5,
    retryAfter: Infinity,
    resetTime: Infinity,
  });
});

test.each([-1, 0.5, NaN, Infinity, '1', null])('cost %p is refused', async (cost) => {
  const { limiter } = limiterOf();
  expect(() => limiter.check('k', cost as never)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
  );
  for (const call of ['isAllowed', 'peek', 'refund'] as const) {
    await expect(limiter[call]('k', cost as never)).rejects.toMatchObject({ code: 'SPARK_INVALID_OPTION' });
  }
});

test.each(['', undefined, 5, {}])('key %p is refused', async (key) => {
  const { limiter } = limiterOf();
  expect(() => limiter.check(key as never)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
  );
  await expect(limiter.reset(key as never)).rejects.toMatchObject({ code: 'SPARK_INVALID_OPTION' });
});

describe.each([
  ['memory', undefined],
  ['map', 'map'],
  ['asynchronous', 'remote'],
] as const)('%s store', (_name, kind) => {
  const open = (options: RateLimiterOptions = {}) => {
    const clock = new ManualClock();
    const store = kind === 'remote' ? remote(clock) : kind;
    return { clock, limiter: new SlidingWindowRateLimiter({ clock, store, maxRequests: 3, ...options }) };
  };
  const ask = async (limiter: SlidingWindowRateLimiter, times: number) => {
    const answers: RateLimitDecision[] = [];
    for (let i = 0; i < times; i++) answers.push(await limiter.isAllowed('k'));
    return answers.filter(({ allowed }) => allowed).length;
  };

  test('peek, refund, reset, resetAll', async () => {
    const { limiter } = open();
    expect(await ask(limiter, 5)).toBe(3);
    expect(await limiter.peek('k')).toMatchObject({ allowed: false, remaining: 0 });
    await limiter.refund('k', 2);
    expect(await limiter.peek('k', 2)).toMatchObject({ allowed: true, remaining: 2 });
    expect(await ask(limiter, 5)).toBe(2);
    await limiter.reset('k');
    expect(await ask(limiter, 5)).toBe(3);
    await limiter.resetAll();
    expect(await ask(limiter, 5)).toBe(3);
    await limiter.close();
    await limiter.close();
  });

  test('tells of the policy that is nearest to its end', async () => {
    const { clock, limiter } = open({
      maxRequests: undefined,
      policies: [
        { name: 'long', maxRequests: 4, windowSize: 60_000 },
        { name: 'burst', maxRequests: 2, windowSize: 1_000 },
      ],
    });
    expect(await limiter.isAllowed('k')).toMatchObject({
      limit: 2,
      remaining: 1,
      resetTime: clock.wallNow() + 1_000,
    });
    await limiter.isAllowed('k');
    expect(await limiter.isAllowed('k')).toMatchObject({ allowed: false, limit: 2, retryAfter: 1_000 });
    clock.stepNow(1_000);
    await limiter.isAllowed('k');
    await limiter.isAllowed('k');
    expect(await limiter.isAllowed('k')).toMatchObject({ allowed: false, limit: 4, retryAfter: 59_000 });
    await limiter.close();
  });

  test('emits events and counts', async () => {
    const { limiter } = open();
    const seen: string[] = [];
    const off = limiter.on('allowed', ({ key, decision }) => seen.push(`${key} ${decision.remaining}`));
    limiter.on('denied', ({ key, decision }) => seen.push(`${key} denied ${decision.limit}`));
    await ask(limiter, 4);
    off();
    await limiter.reset('k');
    await ask(limiter, 1);
    expect(seen).toEqual(['k 2', 'k 1', 'k 0', 'k denied 3']);
    expect(limiter.getStats()).toMatchObject({
      allowed: 4,
      denied: 1,
      plans: 1,
      storeErrors: 0,
      storeState: 'closed',
      topDenied: [{ key: 'k', count: 1 }],
    });
    const names = limiter.collect().map(({ name }) => name);
    expect(names).toContain('spark_ratelimit_decisions');
    await limiter.close();
  });
});

test('check needs a synchronous store', () => {
  const { clock } = limiterOf();
  const limiter = new SlidingWindowRateLimiter({ clock, store: remote(clock) });
  expect(() => limiter.check('k')).toThrow(
    expect.objectContaining({
      code: 'SPARK_INVALID_OPTION',
      message: expect.stringContaining('`isAllowed`'),
    }),
  );
});

describe('options reach the counters', () => {
  const waits = (options: RateLimiterOptions) => {
    const { limiter } = limiterOf(options);
    limiter.check('k', 100);
    return limiter.check('k').retryAfter;
  };

  test('precision: a bucket more than the window', () => {
    expect(waits({})).toBe(61_000);
    expect(waits({ precision: 6_000 })).toBe(66_000);
    const policies = [{ name: 'a', maxRequests: 100, windowSize: 60_000 }];
    expect(waits({ policies, precision: 6_000 })).toBe(66_000);
    expect(waits({ policies: policies.map((one) => ({ ...one, precision: 3_000 })), precision: 6_000 })).toBe(
      63_000,
    );
  });

  test('maxKeys, maxMemory and onTableFull', () => {
    for (const [options, atMost] of [
      [{ maxKeys: 64 }, 64],
      [{ maxMemory: 65_536 }, 3_000],
    ] as const) {
      const { limiter } = limiterOf({ maxRequests: 1, onTableFull: 'deny', ...options });
      let admitted = 0;
      for (let key = 0; key < 5_000; key++) if (limiter.check(`k${key}`).allowed) admitted++;
      const { keys, memory } = limiter.getStats();
      expect(keys).toBe(admitted); // all are at their limit: none makes room
      expect(keys).toBeLessThanOrEqual(atMost);
      if ('maxMemory' in options) expect(memory).toBeLessThanOrEqual(options.maxMemory);
    }
  });

  test('countRejected: who keeps asking stays out', () => {
    for (const countRejected of [false, true]) {
      const { clock, limiter } = limiterOf({ maxRequests: 1, countRejected });
      limiter.check('k');
      clock.stepNow(59_999);
      limiter.check('k');
      clock.stepNow(1);
      expect(limiter.check('k').allowed).toBe(!countRejected);
    }
  });

  test('cleanupInterval: the map store is swept; in memory there is no timer', async () => {
    const { clock, limiter } = limiterOf({ store: 'map', windowSize: 1_000, cleanupInterval: 5_000 });
    limiter.check('k');
    clock.advanceSync(4_900);
    expect(limiter.getStats().keys).toBe(1);
    clock.advanceSync(200);
    expect(limiter.getStats().keys).toBe(0);
    await limiter.close();
    const memory = limiterOf();
    memory.limiter.check('k');
    expect(memory.clock.timers).toBe(0);
  });
});

test('topDenied holds at most 32 keys, those refused most among them', () => {
  const { limiter } = limiterOf({ maxRequests: 0 });
  for (let i = 0; i < 1_000; i++) {
    limiter.check('worst');
    limiter.check(`k${i}`);
    if (i % 2 === 0) limiter.check('bad');
  }
  const { topDenied } = limiter.getStats();
  expect(topDenied).toHaveLength(32);
  expect(topDenied.slice(0, 2).map(({ key }) => key)).toEqual(['worst', 'bad']);
  expect(topDenied[0]?.count).toBe(1_000);
});

test('an allowed key reaches topDenied in no case', () => {
  const { limiter } = limiterOf();
  for (let i = 0; i < 50; i++) limiter.check('k');
  expect(limiter.getStats().topDenied).toEqual([]);
});

test('a listener that throws reaches nobody', async () => {
  const { limiter } = limiterOf();
  limiter.on('allowed', () => {
    throw new Error('mine');
  });
  expect((await limiter.isAllowed('k')).allowed).toBe(true);
});

test('a store of the user is not closed, one of ours is', async () => {
  let closed = 0;
  const clock = new ManualClock();
  const store = new MemoryWindowStore({ clock });
  const close = store.close.bind(store);
  store.close = () => {
    closed++;
    close();
  };
  await new SlidingWindowRateLimiter({ clock, store }).close();
  expect(closed).toBe(0);
  await using own = new SlidingWindowRateLimiter({ clock, store: 'map' });
  await own.close();
  expect(clock.timers).toBe(0);
});

test.each([
  [{ maxRequests: -1 }, 'maxRequests'],
  [{ maxRequests: 1.5 }, 'maxRequests'],
  [{ maxRequests: 2 ** 31 }, 'maxRequests'],
  [{ windowSize: 0 }, 'windowSize'],
  [{ windowSize: Infinity }, 'windowSize'],
  [{ precision: 0 }, 'precision'],
  [{ policies: [] }, 'policies'],
  [{ policies: [{ name: 'a', maxRequests: 1, windowSize: 1 }], maxRequests: 5 }, 'policies'],
  [{ policies: [{ name: 'a', maxRequests: 1, windowSize: 1 }], windowSize: 5 }, 'policies'],
  [
    {
      policies: [
        { name: 'a', maxRequests: 1, windowSize: 1 },
        { name: 'a', maxRequests: 2, windowSize: 2 },
      ],
    },
    'policies',
  ],
  [{ policies: [{ name: 'ä', maxRequests: 1, windowSize: 1 }] }, 'name'],
  [{ policies: [{ name: 'a', windowSize: 1 }] }, 'maxRequests'],
  [{ policies: [{ name: 'a', maxRequests: 1 }] }, 'windowSize'],
  [{ policies: [null] }, 'policies'],
  [{ policies: [{ name: 'a', maxRequests: 1, windowSize: 1, window: 1 }] }, 'window'],
  [{ cleanupInterval: 1 }, 'cleanupInterval'],
  [{ maxKeys: 1 }, 'maxKeys'],
  [{ maxMemory: 1 }, 'maxMemory'],
  [{ onTableFull: 'drop' }, 'onTableFull'],
  [{ skip: true }, 'skip'],
  [{ allowList: 'friend' }, 'allowList'],
  [{ store: 'redis' }, 'store'],
  [{ store: {} }, 'store'],
  [{ onStoreError: 'ignore' }, 'onStoreError'],
  [{ storeTimeout: 0 }, 'storeTimeout'],
  [{ instances: 0 }, 'instances'],
  [{ ipv6Subnet: 8 }, 'ipv6Subnet'],
  [{ trustProxy: true }, 'trustProxy'],
  [{ headers: 'draft-5' }, 'headers'],
  [{ headers: ['legacy', true] }, 'headers'],
  [{ concurrency: 0 }, 'concurrency'],
  [{ concurrency: 2 ** 31 }, 'concurrency'],
  [{ cost: -1 }, 'cost'],
  [{ dryRun: 1 }, 'dryRun'],
  [{ maxrequests: 5 }, 'maxrequests'],
])('option %p is refused by name', (options, option) => {
  expect(() => new SlidingWindowRateLimiter(options as never)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option }),
  );
});
