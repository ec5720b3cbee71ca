import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { InvalidOptionError } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import type { WarmPattern } from '../../src/index.js';
import { CacheWarmer, MultiLevelCache } from '../../src/index.js';
import { openInstance } from '../redis/open-instance.js';

let clock: ManualClock;
let cache: MultiLevelCache;
beforeEach(() => {
  clock = new ManualClock();
  cache = new MultiLevelCache({ clock, l1TTL: 10_000_000 });
});
afterEach(() => cache.close());

test('warms single keys and generated ones, with ttl and tags; fresh ones are left alone', async () => {
  const fetched: string[] = [];
  const fetcher = (key: string): string => {
    fetched.push(key);
    return `value of ${key}`;
  };
  const warmer = new CacheWarmer(cache, { clock })
    .addPattern({ key: 'one', fetcher, ttl: 1_000, tags: ['t'] })
    .addPattern({ keyGenerator: () => ['a', 'b'], fetcher })
    .addPattern({
      keyGenerator: async function* () {
        yield* ['c'];
      },
      fetcher,
    });
  await warmer.warmCache();
  expect(fetched.sort()).toEqual(['a', 'b', 'c', 'one']);
  expect(cache.peek('one')).toBe('value of one');
  await warmer.warmCache();
  expect(fetched).toHaveLength(4);
  expect(warmer.getStats()).toMatchObject({ warmed: 4, skipped: 4, failed: 0, lastRun: clock.wallNow() });
  expect(warmer.getStats().patterns.map(({ warmed }) => warmed)).toEqual([1, 2, 1]);
  await cache.invalidateTags(['t']);
  await warmer.warmCache();
  expect(fetched).toHaveLength(5);
});

test('skipFresh: false fetches again', async () => {
  let calls = 0;
  const warmer = new CacheWarmer(cache, { clock, skipFresh: false }).addPattern({
    key: 'k',
    fetcher: () => ++calls,
  });
  await warmer.warmCache();
  await warmer.warmCache();
  expect([calls, cache.peek('k')]).toEqual([2, 2]);
});

test('a failing generator or fetcher is counted, and the rest goes on', async () => {
  const warnings: string[] = [];
  const logger = { info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
  const warmer = new CacheWarmer(cache, { clock, logger })
    .addPattern({ keyGenerator: () => Promise.reject(new Error('no keys')), fetcher: () => 1 })
    .addPattern({
      keyGenerator: () => ['good', 'bad', 'good too'],
      fetcher: (key) => {
        if (key === 'bad') throw new Error('no value');
        return 1;
      },
    });
  await warmer.warmCache();
  expect(warmer.stats).toEqual({ warmed: 2, failed: 2, lastRun: clock.wallNow() });
  expect(warmer.getStats().patterns.map(({ lastError }) => lastError)).toEqual(['no keys', 'no value']);
  expect(warnings).toHaveLength(2);
});

test('one bound across all patterns', async () => {
  let running = 0;
  let most = 0;
  const fetcher = async (): Promise<number> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return 1;
  };
  const keys = (name: string) => () => Array.from({ length: 20 }, (_, i) => `${name}${i}`);
  const warmer = new CacheWarmer(cache, { clock, concurrency: 3 })
    .addPattern({ keyGenerator: keys('a'), fetcher })
    .addPattern({ keyGenerator: keys('b'), fetcher });
  await warmer.warmCache();
  expect([most, warmer.stats.warmed]).toEqual([3, 40]);
});

test('starts with a jitter, repeats, never overlaps, and stop waits', async () => {
  const finishes: (() => void)[] = [];
  const fetcher = () => new Promise<number>((resolve) => finishes.push(() => resolve(1)));
  const warmer = new CacheWarmer(cache, {
    clock,
    warmupInterval: 1_000,
    skipFresh: false,
    random: () => 0.5,
  });
  warmer.addPattern({ key: 'k', fetcher }).start().start();
  await clock.advance(49);
  expect(finishes).toHaveLength(0);
  await clock.advance(1);
  expect(finishes).toHaveLength(1);
  await clock.advance(5_000);
  expect(finishes).toHaveLength(1);
  finishes[0]!();
  await clock.advance(1);
  expect(finishes).toHaveLength(2);
  let stopped = false;
  const stopping = warmer.stop().then(() => (stopped = true));
  await clock.advance(0);
  expect(stopped).toBe(false);
  finishes[1]!();
  await stopping;
  await clock.advance(10_000);
  expect(finishes).toHaveLength(2);
});

test('shares the flight of readers', async () => {
  let finish!: () => void;
  let calls = 0;
  const reading = cache.getOrSet('k', () => {
    calls++;
    return new Promise<number>((resolve) => (finish = () => resolve(1)));
  });
  const warmer = new CacheWarmer(cache, { clock }).addPattern({ key: 'k', fetcher: () => ++calls });
  const warming = warmer.warmCache();
  await clock.advance(0);
  finish();
  expect(await reading).toBe(1);
  await warming;
  expect(calls).toBe(1);
});

test('maxEventLoopDelay holds back while timers are late', async () => {
  let calls = 0;
  const warmer = new CacheWarmer(cache, { clock, maxEventLoopDelay: 20 }).addPattern({
    key: 'k',
    fetcher: () => ++calls,
  });
  const warming = warmer.warmCache();
  await clock.advance(0);
  clock.stepNow(100);
  await clock.advance(5);
  expect(calls).toBe(0);
  await clock.advance(60);
  await warming;
  expect(calls).toBe(1);
});

test('a process that is always late is warmed all the same, after 5 s', async () => {
  let calls = 0;
  const warmer = new CacheWarmer(cache, { clock, maxEventLoopDelay: 20 }).addPattern({
    key: 'k',
    fetcher: () => ++calls,
  });
  const start = clock.now();
  const warming = warmer.warmCache();
  let end: number | undefined;
  void warming.then(() => (end = clock.now()));
  while (end === undefined && clock.now() < start + 20_000) {
    await clock.advance(0);
    clock.stepNow(100);
    await clock.advance(1);
  }
  expect(calls).toBe(1);
  expect(end! - start).toBeGreaterThanOrEqual(5_000);
  expect(end! - start).toBeLessThan(5_500);
});

test('stop during a run: what has not begun is not begun, and a later run begins anew', async () => {
  const finishes: (() => void)[] = [];
  let gone = false;
  const warmer = new CacheWarmer(cache, { clock, concurrency: 2, maxEventLoopDelay: 1_000 }).addPattern({
    keyGenerator: () => ['a', 'b', 'c', 'd'],
    fetcher: () => (gone ? 1 : new Promise((resolve) => finishes.push(() => resolve(1)))),
  });
  const warming = warmer.warmCache();
  await clock.advance(5);
  expect([finishes.length, warmer.getStats().running]).toEqual([2, true]);
  const stopping = warmer.stop();
  finishes.forEach((finish) => finish());
  await stopping;
  await warming;
  expect(warmer.getStats()).toMatchObject({ warmed: 2, failed: 0, running: false });
  gone = true;
  const again = warmer.warmCache();
  await clock.advance(100);
  await again;
  expect(warmer.getStats()).toMatchObject({ warmed: 4, skipped: 2, failed: 0 });
});

describe('a keyGenerator that never settles', () => {
  const never = new Promise<never>(() => {});
  let ended: string[];
  const generators: [name: string, keyGenerator: NonNullable<WarmPattern['keyGenerator']>][] = [
    ['before its first key', () => never],
    [
      'between two keys',
      async function* () {
        yield 'first';
        await never;
      },
    ],
    [
      'and whose end does not settle either',
      () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => never,
          return: () => {
            ended.push('return');
            return never;
          },
        }),
      }),
    ],
  ];
  beforeEach(() => {
    ended = [];
  });

  test.each(generators)(
    '%s: it is counted as failed, and the next run comes',
    async (_name, keyGenerator) => {
      const warmer = new CacheWarmer(cache, {
        clock,
        warmupInterval: 1_000,
        startJitter: 0,
        keysTimeout: 300,
      })
        .addPattern({ keyGenerator, fetcher: () => 1 })
        .addPattern({ key: 'other', fetcher: () => 1 })
        .start();
      await clock.advance(299);
      expect(warmer.stats.failed).toBe(0);
      await clock.advance(2);
      expect(warmer.stats.failed).toBe(1);
      expect(warmer.getStats().patterns.map(({ lastError }) => lastError)).toEqual([
        'keyGenerator gave nothing within 300 ms',
        null,
      ]);
      await clock.advance(1_000);
      expect(warmer.stats.failed).toBe(2);
      await warmer.stop();
    },
  );

  test.each(generators)('%s: it does not hold up stop()', async (_name, keyGenerator) => {
    const warmer = new CacheWarmer(cache, { clock, startJitter: 0 })
      .addPattern({ keyGenerator, fetcher: () => 1 })
      .start();
    await clock.advance(10);
    expect(warmer.getStats().running).toBe(true);
    await warmer.stop();
    expect(warmer.getStats()).toMatchObject({ failed: 0, running: false });
    expect(clock.timers).toBe(0);
  });

  test('is told that nobody listens any more', async () => {
    const [, keyGenerator] = generators[2]!;
    const warmer = new CacheWarmer(cache, { clock, startJitter: 0 })
      .addPattern({ keyGenerator, fetcher: () => 1 })
      .start();
    await clock.advance(10);
    await warmer.stop();
    expect(ended).toEqual(['return']);
  });
});

test('a closed cache: all keys fail, and nothing is thrown', async () => {
  const warmer = new CacheWarmer(cache, { clock }).addPattern({ key: 'k', fetcher: () => 1 });
  await cache.close();
  await warmer.warmCache();
  expect(warmer.stats).toMatchObject({ warmed: 0, failed: 1 });
});

test('progress and run events', async () => {
  const events: unknown[] = [];
  const warmer = new CacheWarmer(cache, { clock }).addPattern({
    keyGenerator: () => ['a', 'b'],
    fetcher: () => 1,
  });
  warmer.on('progress', ({ key, outcome, done }) => events.push([key, outcome, done]));
  warmer.on('run', ({ warmed }) => events.push(warmed));
  await warmer.warmCache();
  expect(events).toEqual([['a', 'warmed', 1], ['b', 'warmed', 2], 2]);
  expect(warmer.collect()[0]!.samples[0]).toEqual({ labels: { outcome: 'warmed' }, value: 2 });
});

test('bad options and patterns', () => {
  expect(() => new CacheWarmer(cache, { concurrency: 0 })).toThrow(InvalidOptionError);
  const warmer = new CacheWarmer(cache);
  expect(() => warmer.addPattern({ key: 'k' } as never)).toThrow(InvalidOptionError);
  expect(() => warmer.addPattern({ fetcher: () => 1 })).toThrow(InvalidOptionError);
  expect(() => warmer.addPattern({ key: 'k', keyGenerator: () => [], fetcher: () => 1 })).toThrow(
    InvalidOptionError,
  );
});

describe('leader', () => {
  let redis: RedisService;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(() => redis.command('FLUSHALL'));

  test('of a fleet one warms', async () => {
    const fleet = await Promise.all([
      openInstance(redis.url),
      openInstance(redis.url),
      openInstance(redis.url),
    ]);
    let calls = 0;
    const warmers = fleet.map((one) =>
      new CacheWarmer(one.cache, { leader: true, skipFresh: false }).addPattern({
        key: 'k',
        fetcher: () => ++calls,
      }),
    );
    await Promise.all(warmers.map((warmer) => warmer.warmCache()));
    await Promise.all(warmers.map((warmer) => warmer.warmCache()));
    expect(calls).toBe(2);
    expect(warmers.filter((warmer) => warmer.getStats().leading)).toHaveLength(1);
    await Promise.all(fleet.map((one) => one.close()));
  });

  test('the one that warms goes: another one takes over once two intervals have passed', async () => {
    const [first, second] = await Promise.all([openInstance(redis.url), openInstance(redis.url)]);
    const options = { leader: true, skipFresh: false, warmupInterval: 100 };
    const warmed: string[] = [];
    const warmer = (one: typeof first, name: string): CacheWarmer =>
      new CacheWarmer(one.cache, options).addPattern({ key: 'over', fetcher: () => warmed.push(name) });
    try {
      const [a, b] = [warmer(first, 'a'), warmer(second, 'b')];
      await a.warmCache();
      await b.warmCache();
      await waitFor(async () => {
        await b.warmCache();
        return b.getStats().leading;
      });
      await a.warmCache();
      expect([a.getStats().leading, warmed[0], warmed.at(-1)]).toEqual([false, 'a', 'b']);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  test('the one that warms is stopped: another one takes over at once', async () => {
    const [first, second] = await Promise.all([openInstance(redis.url), openInstance(redis.url)]);
    const options = { leader: true, skipFresh: false };
    try {
      const [a, b] = [first, second].map((one) =>
        new CacheWarmer(one.cache, options).addPattern({ key: 'k', fetcher: () => 1 }),
      ) as [CacheWarmer, CacheWarmer];
      await a.warmCache();
      await b.warmCache();
      expect([a, b].map((one) => one.getStats().leading)).toEqual([true, false]);
      // One that does not lead has nothing to give back.
      await b.stop();
      await b.warmCache();
      expect(b.getStats().leading).toBe(false);
      await a.stop();
      await b.warmCache();
      expect([a, b].map((one) => one.getStats().leading)).toEqual([false, true]);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  test('without Redis, or while it is down, each instance warms', async () => {
    await using alone = new MultiLevelCache();
    let calls = 0;
    const warmer = new CacheWarmer(alone, { leader: true }).addPattern({ key: 'k', fetcher: () => ++calls });
    await warmer.warmCache();
    expect([calls, warmer.getStats().leading]).toEqual([1, true]);
  });
});
