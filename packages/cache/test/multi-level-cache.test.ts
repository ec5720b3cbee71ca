import { describe, expect, test } from '@jest/globals';
import { InvalidOptionError } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import type { DatabaseClient, MultiLevelCacheOptions, PlainRedisClient } from '../src/index.js';
import { MULTI_LEVEL_CACHE_DEFAULTS, MultiLevelCache, Semaphore } from '../src/index.js';

function plainRedis(): PlainRedisClient & { readonly seconds: number[] } {
  const data = new Map<string, string>();
  const seconds: number[] = [];
  return {
    seconds,
    get: (key) => Promise.resolve(data.get(key) ?? null),
    setex: (key, ttl, value) => {
      seconds.push(ttl);
      return Promise.resolve(data.set(key, value));
    },
    del: (key) => Promise.resolve(data.delete(key)),
  };
}

describe('what the guide gets wrong', () => {
  test.each([0, '', false, null])('%p is a value, not a miss', async (value) => {
    await using cache = new MultiLevelCache();
    await cache.set('k', value);
    let fetched = false;
    expect(await cache.getOrSet('k', () => (fetched = true))).toBe(value);
    expect(fetched).toBe(false);
    expect(await cache.lookup('k')).toMatchObject({ hit: true, value });
  });

  test('a plain client gets text and whole seconds, and a warning tells what is missing', async () => {
    const redisClient = plainRedis();
    const warnings: string[] = [];
    const logger = { info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
    await using cache = new MultiLevelCache({ redisClient, logger });
    const degraded = new Promise((resolve) => cache.on('degraded', resolve));
    await cache.set('k', { a: 1 }, 1_500);
    expect(await degraded).toEqual({ missing: ['evalsha', 'mget', 'hmget'] });
    expect(warnings).toHaveLength(1);
    expect(redisClient.seconds).toEqual([60]);
    await using other = new MultiLevelCache({ redisClient });
    expect(await other.get('k')).toEqual({ a: 1 });
    await cache.invalidate('k');
    await using third = new MultiLevelCache({ redisClient });
    expect(await third.getMany(['k'])).toEqual([null]);
  });

  test('overwriting does not evict; eviction takes what was used least recently', async () => {
    await using cache = new MultiLevelCache({ l1MaxSize: 2 });
    await cache.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ]);
    await cache.get('a');
    await cache.set('b', 3);
    expect(cache.getStats().l1.evictions).toBe(0);
    await cache.get('a');
    await cache.set('c', 4);
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual([1, undefined, 4]);
  });

  test('writes to one key take effect in call order, awaited or not', async () => {
    const order: string[] = [];
    const data = new Map<string, string>();
    const databaseClient: DatabaseClient = {
      get: (key) => data.get(key),
      set: async (key, value) => {
        // The first ones take longest.
        for (let i = order.length; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
        order.push('set');
        data.set(key, value);
      },
      del: (key) => {
        order.push('del');
        data.delete(key);
      },
    };
    await using cache = new MultiLevelCache({ databaseClient, levelTimeout: 10_000 });
    void cache.set('k', 1);
    void cache.set('k', 2);
    void cache.invalidate('k');
    await cache.set('k', 3);
    await using other = new MultiLevelCache({ databaseClient, levelTimeout: 10_000 });
    expect(await other.get('k')).toBe(3);
    // Those in between were overtaken while they waited.
    expect(order).toEqual(['set', 'set']);
  });

  test("the guide's Semaphore: a double release adds no permit", async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    release();
    release();
    expect(semaphore.available).toBe(1);
  });
});

describe('bounds', () => {
  test('a flood of keys, tags, misses and failures', async () => {
    await using cache = new MultiLevelCache({ l1MaxSize: 100, l1MaxBytes: 50_000, maxTags: 100 });
    for (let i = 0; i < 5_000; i++) {
      await cache.set(`k${i}`, 'x'.repeat(i % 900), { tags: [`t${i}`] });
      if (i % 3 === 0) await cache.invalidateTags([`t${i}`]);
      await cache.getOrSet(`n${i}`, () => null, { negativeTTL: 60_000 });
    }
    const { l1, flights } = cache.getStats();
    expect(l1.size).toBeLessThanOrEqual(100);
    expect(l1.bytes).toBeLessThanOrEqual(50_000);
    expect(flights).toBe(0);
  });

  test('tags that were forgotten invalidate too much rather than too little', async () => {
    await using cache = new MultiLevelCache({ maxTags: 100 });
    await cache.set('k', 1, { tags: ['mine'] });
    await cache.invalidateTags(['mine']);
    for (let i = 0; i < 200; i++) await cache.invalidateTags([`t${i}`]);
    expect(cache.peek('k')).toBeUndefined();
    await cache.set('k', 2, { tags: ['mine'] });
    expect(cache.peek('k')).toBe(2);
  });

  test('no timer per key, and none that keeps the process alive', async () => {
    const clock = new ManualClock();
    await using cache = new MultiLevelCache({ clock });
    for (let i = 0; i < 500; i++) await cache.set(`k${i}`, i, { ttl: 1_000 + i, grace: 50 });
    expect(clock.timers).toBeLessThanOrEqual(1);
    expect(clock.refTimers).toBe(0);
  });
});

describe('figures', () => {
  test('getStats and collect', async () => {
    await using cache = new MultiLevelCache({
      databaseClient: { get: () => null, set: () => {}, del: () => {} },
    });
    await cache.getOrSet('k', () => 1);
    await cache.get('k');
    cache.peek('k');
    await cache.get('miss');
    await cache.invalidate(['k', 'j']);
    expect(cache.getStats()).toMatchObject({
      ...{ fetches: 1, fetchErrors: 0, invalidations: 2, coalesced: 0, busUp: false, l2: undefined },
      l1: { hits: 2, size: 0 },
      l3: { hits: 0, up: true, errors: 0, journal: 0 },
    });
    const families = new Map(cache.collect().map((family) => [family.name, family]));
    expect(families.get('spark_cache_hits')!.samples).toContainEqual({ labels: { level: 'l1' }, value: 2 });
    expect(families.get('spark_cache_level_latency_seconds')!.samples.length).toBeGreaterThan(0);
  });

  test('events', async () => {
    const events: string[] = [];
    await using cache = new MultiLevelCache({ l1MaxSize: 1 });
    for (const name of ['miss', 'fetch', 'invalidate', 'evict'] as const)
      cache.on(name, () => events.push(name));
    await cache.get('k');
    await cache.getOrSet('k', () => 1);
    await cache.set('other', 1);
    await cache.invalidate('k');
    expect(events).toEqual(['miss', 'fetch', 'evict', 'invalidate']);
  });

  test('close is idempotent, and closes nothing of yours', async () => {
    const cache = new MultiLevelCache({ redisClient: plainRedis() });
    await Promise.all([cache.close(), cache.close()]);
    expect(await cache.get('k')).toBeNull();
  });
});

describe('options', () => {
  test.each<[keyof MultiLevelCacheOptions, unknown]>([
    ['l1MaxSize', 0],
    ['l1MaxSize', 1.5],
    ['l1MaxBytes', 0],
    ['l1TTL', -1],
    ['l2TTL', NaN],
    ['l3TTL', '1'],
    ['levelTimeout', 0],
    ['isolation', 'none'],
    ['prefix', '{x}'],
    ['prefix', ''],
    ['ttlJitter', 2],
    ['lockLease', 10],
    ['redisClient', {}],
    ['databaseClient', { get() {} }],
    ['serializer', {}],
    ['typo' as never, 1],
  ])('%s: %p is refused', (name, value) => {
    expect(() => new MultiLevelCache({ [name]: value } as MultiLevelCacheOptions)).toThrow(
      InvalidOptionError,
    );
  });

  test('the defaults are frozen; those of calls are checked', async () => {
    expect(Object.isFrozen(MULTI_LEVEL_CACHE_DEFAULTS)).toBe(true);
    await using cache = new MultiLevelCache();
    await expect(cache.set('k', 1, -1)).rejects.toBeInstanceOf(InvalidOptionError);
    await expect(cache.set('k', 1, { tags: 't' as never })).rejects.toBeInstanceOf(InvalidOptionError);
    await expect(cache.getOrSet('k', () => 1, { hardTimeout: 0 })).rejects.toBeInstanceOf(InvalidOptionError);
    expect(() => cache.middleware({ maxBodySize: -1 })).toThrow(InvalidOptionError);
    expect(() => cache.middleware({ setCookie: 'keep' as never })).toThrow(InvalidOptionError);
  });
});
