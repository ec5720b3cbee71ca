import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import { MultiLevelCache } from '../../src/index.js';
import type { Instance } from './open-instance.js';
import { openInstance } from './open-instance.js';

describe('Redis fails', () => {
  let redis: RedisService;
  let a: Instance;
  let b: Instance;

  beforeEach(async () => {
    redis = await startRedis({ persistent: true });
    [a, b] = await Promise.all([
      openInstance(redis.url, { levelTimeout: 100 }),
      openInstance(redis.url, { levelTimeout: 100 }),
    ]);
  });
  afterEach(async () => {
    await Promise.all([a.close(), b.close()]);
    await redis.stop();
  });

  // An instance that asked nothing meanwhile has noticed nothing: its level was up all the time.
  const up = ({ cache, client }: Instance) =>
    waitFor(() => client.status === 'ready' && cache.getStats().l2?.up === true, { timeout: 20_000 });

  test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ['killed and restarted', () => redis.kill(), () => redis.restart()],
    ['shut down and started', () => redis.command('SHUTDOWN').catch(() => {}), () => redis.restart()],
    ['paused', () => redis.pause(), () => redis.resume()],
  ])('%s: no errors, and every missed change arrives', async (_name, fail, recover) => {
    await a.cache.setMany([
      { key: 'deleted', value: 'old' },
      { key: 'set', value: 'old' },
      { key: 'tagged', value: 'old', tags: ['t'] },
      { key: 'kept', value: 'old' },
    ]);
    await fail();
    await a.cache.invalidate('deleted');
    await a.cache.set('set', 'new');
    await a.cache.invalidateTags(['t']);
    await a.cache.set('after', 'new', { tags: ['t'] });
    expect(await a.cache.getOrSet('fetched', () => 'fetched')).toBe('fetched');
    expect(await a.cache.get('set')).toBe('new');
    expect(await a.cache.get('deleted')).toBeNull();
    expect(a.cache.getStats().l2?.up).toBe(false);
    await recover();
    await Promise.all([up(a), up(b)]);
    expect(a.cache.getStats().l2?.journal).toBe(0);
    expect(await b.cache.getMany(['deleted', 'set', 'tagged', 'after', 'fetched', 'kept'])).toEqual([
      ...[null, 'new', null, 'new', 'fetched', 'old'],
    ]);
    expect(await a.cache.getMany(['deleted', 'set', 'tagged', 'after'])).toEqual([null, 'new', null, 'new']);
  });

  test('within 2 s of `ready` everybody has every missed set and delete', async () => {
    const keys = Array.from({ length: 500 }, (_, i) => `k${i}`);
    const half = keys.length / 2;
    const begin = performance.now();
    await a.cache.setMany(keys.map((key) => ({ key, value: 'old' })));
    // On a machine that is so busy that this takes longer than it ever should, all else takes longer too.
    const slowness = Math.max(1, (performance.now() - begin) / 150);
    await b.cache.getMany(keys);
    await redis.kill();
    await waitFor(() => a.cache.getStats().l2?.up === false || a.client.status !== 'ready');
    await a.cache.invalidate(keys.slice(0, half));
    await a.cache.setMany(keys.slice(half).map((key) => ({ key, value: 'new' })));
    const ready = new Promise<number>((resolve) => a.client.once('ready', () => resolve(performance.now())));
    await redis.restart();
    const expected = keys.map((_, i) => (i < half ? null : 'new'));
    await waitFor(
      async () => {
        const [own, others] = [await a.cache.getMany(keys), await b.cache.getMany(keys)];
        // The values are there before the answer to the last batch of the journal is.
        const { l2 } = a.cache.getStats();
        return (
          l2?.up === true &&
          l2.journal === 0 &&
          [own, others].every((values) => JSON.stringify(values) === JSON.stringify(expected))
        );
      },
      { timeout: 20_000 },
    );
    expect((performance.now() - (await ready)) / slowness).toBeLessThan(2_000);
  });

  test('of two that wrote, one of them cut off, neither the older nor an unordered value stays', async () => {
    await a.cache.set('k', 'old');
    a.client.disconnect();
    await waitFor(() => a.client.status === 'end');
    await a.cache.set('k', 'missed');
    await a.cache.set('mine', 'missed');
    await b.cache.set('k', 'newer');
    await a.client.connect();
    await up(a);
    // Nobody can tell which of the two is the newer one: then none.
    await waitFor(async () => (await b.cache.get('k')) === null);
    expect(await b.cache.get('mine')).toBe('missed');
  });

  test('a value fetched during the outage does not overwrite what others have changed', async () => {
    a.client.disconnect();
    await waitFor(() => a.client.status === 'end');
    await a.cache.getOrSet('k', () => 'fetched');
    await b.cache.set('k', 'newer');
    await a.client.connect();
    await up(a);
    await waitFor(async () => (await a.cache.get('k')) === 'newer');
    expect(await b.cache.get('k')).toBe('newer');
  });

  test('Redis goes while one waits for the lease of another: it fetches by itself', async () => {
    let finish!: () => void;
    let running = false;
    const holding = a.cache.getOrSet(
      'k',
      () => {
        running = true;
        return new Promise<string>((resolve) => (finish = () => resolve('a')));
      },
      { distributedLock: true },
    );
    await waitFor(() => running);
    const waiting = b.cache.getOrSet('k', () => 'b', { distributedLock: true });
    await waitFor(() => b.cache.getStats().flights === 1);
    await redis.kill();
    expect(await waiting).toBe('b');
    finish();
    expect(await holding).toBe('a');
  });

  test('more is missed than the journal holds: everything is invalidated, nothing comes back', async () => {
    const small = await openInstance(redis.url, { levelTimeout: 100, journalSize: 10, prefix: 'small:' });
    const other = await openInstance(redis.url, { levelTimeout: 100, prefix: 'small:' });
    try {
      const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
      await small.cache.setMany(keys.map((key) => ({ key, value: 'old', tags: [key] })));
      small.client.disconnect();
      await waitFor(() => small.client.status === 'end');
      await small.cache.invalidate(keys.slice(0, 25));
      await small.cache.invalidateTags(keys.slice(25));
      await small.client.connect();
      await up(small);
      expect(await other.cache.getMany(keys)).toEqual(keys.map(() => null));
      await small.cache.set('k30', 'again', { tags: ['k30'] });
      expect(await other.cache.get('k30')).toBe('again');
    } finally {
      await Promise.all([small.close(), other.close()]);
    }
  });

  test('under load: every caller gets its value, whatever happens to Redis', async () => {
    let truth = 0;
    let running = true;
    const failures: unknown[] = [];
    const caller = async (one: Instance, key: string): Promise<void> => {
      while (running) {
        try {
          const value = await one.cache.getOrSet(key, () => ++truth, 20);
          if (typeof value !== 'number') failures.push(value);
        } catch (error) {
          failures.push(error);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const callers = [a, b].flatMap((one) => ['x', 'y', 'z'].map((key) => caller(one, key)));
    for (let i = 0; i < 2; i++) {
      await redis.pause();
      await waitFor(() => a.cache.getStats().l2?.up === false);
      await redis.resume();
      await up(a);
      await redis.kill();
      await waitFor(() => a.cache.getStats().l2?.up === false);
      await redis.restart();
      await up(a);
      // In good order, while it runs; then the channel alone.
      await redis.restart();
      await up(a);
      await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await waitFor(() => a.cache.getStats().busUp && b.cache.getStats().busUp, { timeout: 20_000 });
    }
    running = false;
    await Promise.all(callers);
    expect(failures).toEqual([]);
  });
});

test('absent at the start: values come from the fetcher, and reach Redis once it is there', async () => {
  // A server that is there with its port and its data, and not running.
  const redis = await startRedis({ persistent: true });
  const other = await openInstance(redis.url);
  await other.cache.setMany([
    { key: 'd', value: 'old' },
    { key: 't', value: 'old', tags: ['t'] },
  ]);
  await redis.kill();
  const client = new Redis(redis.url, { retryStrategy: () => 20 });
  client.on('error', () => {});
  const cache = new MultiLevelCache({ redisClient: client, busHeartbeat: 200 });
  try {
    expect(await cache.getOrSet('k', () => 1)).toBe(1);
    expect(await cache.get('k')).toBe(1);
    await cache.set('s', 2);
    await cache.invalidate('d');
    await cache.invalidateTags(['t']);
    expect(await cache.getMany(['k', 's', 'd', 't'])).toEqual([1, 2, null, null]);
    expect(cache.getStats()).toMatchObject({ busUp: false, l2: { up: false, journal: 4 } });
    await redis.restart();
    await waitFor(() => [cache, other.cache].every((one) => one.getStats().busUp && one.getStats().l2!.up), {
      timeout: 20_000,
    });
    expect(cache.getStats().l2?.journal).toBe(0);
    expect(await other.cache.getMany(['k', 's', 'd', 't'])).toEqual([1, 2, null, null]);
    await other.cache.set('k', 3);
    await waitFor(() => cache.peek('k') === undefined);
    expect(await cache.get('k')).toBe(3);
  } finally {
    await Promise.all([cache.close(), other.close()]);
    client.disconnect();
    await redis.stop();
  }
});
