import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import type { Instance } from './open-instance.js';
import { openInstance } from './open-instance.js';
import { MultiLevelCache } from '../../src/index.js';

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
  await Promise.all([a.close(), b.close()]);
});

/** The channel of everybody breaks; what is done before it stands again is heard by nobody. */
async function unheard(act: () => Promise<unknown>): Promise<void> {
  const states: string[] = [];
  const unsubscribe = a.cache.on('bus', ({ state }) => states.push(state));
  await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await act();
  await waitFor(() => states.includes('down') && a.cache.getStats().busUp);
  unsubscribe();
}

/** Redis says nothing to `a` for a while: a message is lost, and the next one tells of it. */
async function gap(): Promise<void> {
  const states: string[] = [];
  const unsubscribe = a.cache.on('bus', ({ state }) => states.push(state));
  for (const sequence of [1, 3]) await redis.command('PUBLISH', 'spark:cache:bus', `other|${sequence}|p|[]|`);
  await waitFor(() => states.includes('gap'));
  unsubscribe();
}

/** A fetch on `a` that is under way until the test ends it. */
async function fetching(value: unknown) {
  let finish!: () => void;
  let running = false;
  const fetched = a.cache.getOrSet('k', async () => {
    running = true;
    await new Promise<void>((resolve) => (finish = resolve));
    return value;
  });
  await waitFor(() => running);
  return { fetched, finish: () => finish() };
}

describe('a fetch under way', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['set', () => b.cache.set('k', 'newer')],
    ['deleted', () => b.cache.invalidate('k')],
    ['cleared', () => b.cache.clear()],
  ])('is not shared with who comes after its key was %s and nobody heard of it', async (_name, change) => {
    const { fetched, finish } = await fetching('older');
    await unheard(change);
    const later = await Promise.all([1, 2].map(() => a.cache.getOrSet('k', () => 'newer')));
    expect(later).toEqual(['newer', 'newer']);
    finish();
    expect(await fetched).toBe('older');
    expect(await a.cache.getOrSet('k', () => 'newer')).toBe('newer');
  });

  test('is shared still where nothing has changed', async () => {
    const { fetched, finish } = await fetching('value');
    await unheard(() => Promise.resolve());
    const later = a.cache.getOrSet('k', () => 'another');
    await waitFor(() => a.cache.getStats().coalesced === 1);
    finish();
    expect([await fetched, await later]).toEqual(['value', 'value']);
  });
});

describe('that there is no value is forgotten', () => {
  const nothing = { negativeTTL: 600_000 };
  beforeEach(async () => {
    expect(await a.cache.getOrSet('k', () => null, nothing)).toBeNull();
    expect(await a.cache.getOrSet('k', () => 'not asked', nothing)).toBeNull();
  });

  test.each<[string, () => Promise<unknown>]>([
    ['set', () => b.cache.set('k', 'value')],
    ['invalidated', () => b.cache.invalidate('k')],
  ])('when the key is %s elsewhere', async (_name, change) => {
    await change();
    await waitFor(async () => (await a.cache.getOrSet('k', () => 'value', nothing)) === 'value');
  });

  test('when messages may have been lost', async () => {
    await gap();
    expect(await a.cache.getOrSet('k', () => 'value', nothing)).toBe('value');
  });

  test('after the channel has been down', async () => {
    await unheard(() => b.cache.set('k', 'value'));
    expect(await a.cache.getOrSet('k', () => 'other', nothing)).toBe('value');
  });

  test('after Redis has been down', async () => {
    a.client.disconnect();
    await waitFor(() => a.client.status === 'end');
    await a.cache.get('other');
    await b.cache.set('k', 'value');
    // The message has come; what was remembered after it has not.
    await waitFor(async () => (await a.cache.getOrSet('k', () => null, nothing)) === null);
    await a.client.connect();
    await waitFor(() => a.cache.getStats().l2?.up === true);
    expect(await a.cache.getOrSet('k', () => 'other', nothing)).toBe('value');
  });
});

test.each<[string, () => Promise<unknown>]>([
  [
    'set',
    () =>
      b.cache.setMany([
        { key: 'k', value: 'newer' },
        { key: 'later', value: 2 },
      ]),
  ],
  ['deleted', () => b.cache.invalidate(['k', 'later'])],
])(
  'the message that a key was %s comes while it is read: what was read is not kept',
  async (_name, change) => {
    let release!: () => void;
    let held = false;
    const client = new Redis(redis.url);
    // Redis has answered; the answer reaches the cache when the test says so.
    const slow = new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
        if (name !== 'get' || held) return method;
        return async (...args: unknown[]) => {
          const reply = await method(...args);
          held = true;
          await new Promise<void>((resolve) => (release = resolve));
          return reply;
        };
      },
    });
    await b.cache.setMany(['k', 'later'].map((key) => ({ key, value: 'older' })));
    const cache = new MultiLevelCache({ redisClient: slow, levelTimeout: 20_000, busHeartbeat: 200 });
    try {
      await waitFor(() => cache.getStats().busUp);
      const reading = cache.get('k');
      await waitFor(() => held);
      await waitFor(async () => (await cache.get('later')) !== null && cache.peek('later') !== undefined);
      await change();
      await waitFor(() => cache.peek('later') === undefined);
      release();
      expect(await reading).toBe('older');
      expect(cache.peek('k')).toBeUndefined();
      expect(await cache.get('k')).not.toBe('older');
    } finally {
      await cache.close();
      client.disconnect();
    }
  },
);

test('times beyond what timers and Redis count in 32 bits, and any longer ones', async () => {
  const long = await openInstance(redis.url, {
    ...{ l1TTL: 2 ** 40, l2TTL: Number.MAX_SAFE_INTEGER, l3TTL: Number.MAX_SAFE_INTEGER, prefix: 'long:' },
  });
  try {
    await long.cache.setMany([
      { key: 'long', value: 1, ttl: 2 ** 40 },
      { key: 'longer', value: 2 },
    ]);
    await long.cache.getOrSet('fetched', () => 3, { ttl: 2 ** 40, hardTimeout: 2 ** 40 });
    expect(Number(await redis.command('PTTL', 'long:{klong}'))).toBeGreaterThan(2 ** 39);
    const other = await openInstance(redis.url, { prefix: 'long:' });
    expect(await other.cache.getMany(['long', 'longer', 'fetched'])).toEqual([1, 2, 3]);
    await other.close();
    expect(long.errors).toEqual([]);
  } finally {
    await long.close();
  }
});
