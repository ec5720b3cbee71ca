import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@spark-perf/core';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import { RedisLevel } from '../../src/levels/redis-level.js';
import type { Instance } from './open-instance.js';
import { openInstance } from './open-instance.js';

let redis: RedisService;
let a: Instance;
let b: Instance;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await redis.command('FLUSHALL');
  [a, b] = await Promise.all([openInstance(redis.url), openInstance(redis.url)]);
});
afterEach(async () => {
  const { errors } = a;
  await Promise.all([a.close(), b.close()]);
  expect(errors).toEqual([]);
});

/** Has the key in the first level. A message about the write itself may still be on its way, and throw it out again. */
const inFirstLevel = (one: Instance, key: string) =>
  waitFor(async () => (await one.cache.get(key)) !== null && one.cache.peek(key) !== undefined);

describe('coherence', () => {
  test('a value set on one instance is read on another, and the next one too', async () => {
    await a.cache.set('k', { version: 1 });
    expect(await b.cache.lookup('k')).toMatchObject({ hit: true, value: { version: 1 }, level: 'l2' });
    await inFirstLevel(b, 'k');
    await a.cache.set('k', { version: 2 });
    await waitFor(() => b.cache.peek('k') === undefined);
    expect(await b.cache.get('k')).toEqual({ version: 2 });
  });

  test.each<[string, (one: Instance) => Promise<void>]>([
    ['invalidate', (one) => one.cache.invalidate('k')],
    ['invalidateTags', (one) => one.cache.invalidateTags(['t'])],
    ['clear', (one) => one.cache.clear()],
  ])('%s reaches the first level of the others', async (_name, change) => {
    await a.cache.set('k', 1, { tags: ['t'] });
    await inFirstLevel(b, 'k');
    await change(a);
    await waitFor(() => b.cache.peek('k') === undefined);
    expect(await b.cache.get('k')).toBeNull();
  });

  test.each<[string, (one: Instance) => Promise<void>]>([
    ['delete', (one) => one.cache.invalidate('k')],
    ['set', (one) => one.cache.set('k', 'new', { tags: ['t'] })],
    ['tag invalidation', (one) => one.cache.invalidateTags(['t'])],
    ['clear', (one) => one.cache.clear()],
  ])('%s on A while B fetches: what B fetched is not kept', async (_name, change) => {
    let finish!: () => void;
    let started!: () => void;
    const running = new Promise<void>((resolve) => (started = resolve));
    const fetched = b.cache.getOrSet(
      'k',
      async () => {
        started();
        await new Promise<void>((resolve) => (finish = resolve));
        return 'old';
      },
      { tags: ['t'] },
    );
    await running;
    await change(a);
    finish();
    expect(await fetched).toBe('old');
    expect(await b.cache.get('k')).not.toBe('old');
    expect(await a.cache.get('k')).not.toBe('old');
  });

  test('tags that only the fetcher knows are compared from the start of the fetch', async () => {
    await b.cache.getOrSet('k', async (context) => {
      await a.cache.invalidateTags(['late']);
      context.addTags('late');
      return 'old';
    });
    expect(await a.cache.get('k')).toBeNull();
    expect(await b.cache.get('k')).toBeNull();
  });

  test('an older fetch that ends after a newer one does not replace it', async () => {
    let finish!: () => void;
    let started!: () => void;
    const running = new Promise<void>((resolve) => (started = resolve));
    const older = a.cache.getOrSet('k', async () => {
      started();
      await new Promise<void>((resolve) => (finish = resolve));
      return 'older';
    });
    await running;
    await b.cache.getOrSet('k', () => 'newer');
    finish();
    await older;
    expect(await a.cache.get('k')).toBe('newer');
  });

  test('FLUSHALL forgets everything, and what was deleted does not come back', async () => {
    await a.cache.set('k', 1, { tags: ['t'] });
    await redis.command('FLUSHALL');
    await a.cache.set('x', 1);
    expect(await b.cache.get('k')).toBeNull();
    await redis.command('SCRIPT', 'FLUSH');
    await a.cache.set('k', 2);
    expect(await b.cache.get('k')).toBe(2);
  });
});

describe('single flight of a fleet', () => {
  test('many callers on two instances: one fetch', async () => {
    let fetches = 0;
    const values = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        (i % 2 === 0 ? a : b).cache.getOrSet('k', () => ++fetches, { distributedLock: true }),
      ),
    );
    expect(new Set(values)).toEqual(new Set([1]));
    expect(fetches).toBe(1);
  });

  test('a client that gives numbers as strings takes and renews leases like any other', async () => {
    const client = new Redis(redis.url, { stringNumbers: true });
    try {
      await waitFor(() => client.status === 'ready');
      const level = new RedisLevel({
        ...{ client, prefix: 'strings:', origin: 'origin--', channel: 'strings:bus', message: () => '' },
        ...{ maxTags: 100, versionsTTL: 60_000, tombstoneTTL: 60_000, clock: systemClock },
      });
      expect(await level.claim('k', 'ours', 60_000)).toEqual({ acquired: true, text: null });
      expect(await level.claim('k', 'theirs', 60_000)).toEqual({ acquired: false, text: null });
      expect([await level.renew('k', 'ours', 60_000), await level.renew('k', 'theirs', 60_000)]).toEqual([
        true,
        false,
      ]);
    } finally {
      client.disconnect();
    }
  });

  test('a holder that stalls past its lease is replaced, and what it brings is not kept', async () => {
    const [slow, fast] = await Promise.all([
      openInstance(redis.url, { lockLease: 150, distributedLock: true }),
      openInstance(redis.url, { lockLease: 150, distributedLock: true }),
    ]);
    try {
      let finish!: () => void;
      let started!: () => void;
      const running = new Promise<void>((resolve) => (started = resolve));
      const stalled = slow.cache.getOrSet('k', async () => {
        started();
        await new Promise<void>((resolve) => (finish = resolve));
        return 'stalled';
      });
      await running;
      // A process that has stalled renews nothing.
      await redis.command('DEL', 'spark:cache:{kk}:lease');
      const replacing = fast.cache.getOrSet('k', async () => {
        finish();
        await stalled;
        return 'fresh';
      });
      expect(await replacing).toBe('fresh');
      expect(await a.cache.get('k')).toBe('fresh');
    } finally {
      await Promise.all([slow.close(), fast.close()]);
    }
  });

  test('a lease that cannot be had is no error', async () => {
    const one = await openInstance(redis.url, { lockTimeout: 50, distributedLock: true });
    try {
      await redis.command('SET', 'spark:cache:{kk}:lease', 'somebody', 'PX', 60_000);
      expect(await one.cache.getOrSet('k', () => 7)).toBe(7);
    } finally {
      await one.close();
    }
  });
});

describe('economy', () => {
  const calls = async (command: string): Promise<number> => {
    const stats = String(await redis.command('INFO', 'commandstats'));
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  };

  test('getMany of a hundred keys is one MGET', async () => {
    const keys = Array.from({ length: 100 }, (_, i) => `k${i}`);
    await a.cache.setMany(keys.map((key, value) => ({ key, value })));
    const before = [await calls('mget'), await calls('get')];
    expect(await b.cache.getMany(keys)).toEqual(keys.map((_, i) => i));
    expect([await calls('mget'), await calls('get')]).toEqual([before[0]! + 1, before[1]]);
  });

  test('getMany of thousands of keys is one MGET for each thousand', async () => {
    const keys = Array.from({ length: 2_500 }, (_, i) => `many${i}`);
    await a.cache.setMany([0, 999, 1_000, 2_499].map((i) => ({ key: keys[i]!, value: i })));
    const before = await calls('mget');
    const values = await b.cache.getMany(keys);
    expect(await calls('mget')).toBe(before + 3);
    expect([0, 999, 1_000, 2_499].map((i) => values[i])).toEqual([0, 999, 1_000, 2_499]);
    expect(values.filter((value) => value !== null)).toHaveLength(4);
  });

  test('thousands of sets and deletes at once do not run into the deadline of one', async () => {
    const one = await openInstance(redis.url, { levelTimeout: 500 });
    try {
      const keys = Array.from({ length: 5_000 }, (_, i) => `bulk${i}`);
      await one.cache.setMany(keys.map((key, value) => ({ key, value })));
      expect(one.errors).toEqual([]);
      expect(await b.cache.getMany(keys)).toEqual(keys.map((_, i) => i));
      await one.cache.invalidate(keys);
      expect((await b.cache.getMany(keys)).filter((value) => value !== null)).toEqual([]);
      expect(one.errors).toEqual([]);
      expect(one.cache.getStats().l2).toMatchObject({ up: true, errors: 0, journal: 0 });
    } finally {
      await one.close();
    }
  });

  test('invalidating a tag of many entries is one write; every key has an end', async () => {
    const entries = Array.from({ length: 200 }, (_, i) => ({ key: `k${i}`, value: i, tags: ['t'] }));
    await a.cache.setMany(entries);
    const before = Number(await redis.command('DBSIZE'));
    await a.cache.invalidateTags(['t']);
    expect(Number(await redis.command('DBSIZE'))).toBe(before);
    expect(await b.cache.getMany(entries.map(({ key }) => key))).toEqual(entries.map(() => null));
    for (const key of (await redis.command('KEYS', '*')) as string[])
      expect(Number(await redis.command('PTTL', key))).toBeGreaterThan(0);
  });

  test('invalidating more tags than are remembered invalidates more, not less', async () => {
    const one = await openInstance(redis.url, { maxTags: 100, prefix: 'few:' });
    try {
      await one.cache.set('k', 1, { tags: ['first'] });
      await one.cache.invalidateTags(['first']);
      for (let i = 0; i < 30; i++)
        await one.cache.invalidateTags(Array.from({ length: 10 }, (_, j) => `t${i}.${j}`));
      expect(await one.cache.get('k')).toBeNull();
      expect(Number(await redis.command('HLEN', 'few:{versions}'))).toBeLessThanOrEqual(112);
      await one.cache.set('k', 2, { tags: ['first'] });
      expect(await one.cache.get('k')).toBe(2);
    } finally {
      await one.close();
    }
  });
});

describe('the channel', () => {
  test('its connection is killed, others write meanwhile: nothing older than Redis afterwards', async () => {
    await a.cache.set('k', 1);
    await inFirstLevel(b, 'k');
    const states: string[] = [];
    b.cache.on('bus', ({ state }) => states.push(state));
    await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await a.cache.set('k', 2);
    await waitFor(() => states.includes('down') && b.cache.getStats().busUp);
    expect(await b.cache.get('k')).toBe(2);
  });

  test('a lost message is a gap: entries are verified before they are used', async () => {
    await a.cache.set('k', 1);
    await inFirstLevel(b, 'k');
    const states: string[] = [];
    b.cache.on('bus', ({ state }) => states.push(state));
    // Written past the cache, and the message about it is lost: only the number of the next one tells.
    const text = String(await redis.command('GET', 'spark:cache:{kk}'));
    await redis.command('SET', 'spark:cache:{kk}', text.replace(/1$/, '2'), 'PX', 60_000);
    await redis.command('PUBLISH', 'spark:cache:bus', 'stranger|1|p|[]|');
    await redis.command('PUBLISH', 'spark:cache:bus', 'stranger|3|p|[]|');
    await waitFor(() => states.includes('gap'));
    expect(b.cache.peek('k')).toBeUndefined();
    expect(await b.cache.get('k')).toBe(2);
  });

  test('what is no message of ours is ignored', async () => {
    await redis.command('PUBLISH', 'spark:cache:bus', 'nonsense');
    await redis.command('PUBLISH', 'spark:cache:bus', 'x|1|k|{not json|5');
    await redis.command('PUBLISH', 'spark:cache:bus', 'x|2|k|5|5');
    await a.cache.set('k', 1);
    expect(await b.cache.get('k')).toBe(1);
  });
});
