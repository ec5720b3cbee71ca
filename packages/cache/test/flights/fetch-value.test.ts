import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import type { CacheEvents, MultiLevelCacheOptions, PlainRedisClient } from '../../src/index.js';
import { FetchTimeoutError, MultiLevelCache } from '../../src/index.js';

let clock: ManualClock;
let redisClient: PlainRedisClient;
let open: MultiLevelCache[];
/** One of a fleet whose members share `redisClient`. */
const instance = (options: MultiLevelCacheOptions = {}): MultiLevelCache => {
  const one = new MultiLevelCache({ clock, redisClient, l1TTL: 100_000, ...options });
  open.push(one);
  return one;
};
beforeEach(() => {
  clock = new ManualClock();
  open = [];
  const texts = new Map<string, string>();
  redisClient = {
    get: (key) => Promise.resolve(texts.get(key) ?? null),
    setex: (key, _seconds, text) => Promise.resolve(texts.set(key, text)),
    del: (key) => Promise.resolve(texts.delete(key)),
  };
});
afterEach(() => Promise.all(open.map((one) => one.close())));

const fail = () => Promise.reject(new Error('origin'));
const reasons = (cache: MultiLevelCache): string[] => {
  const all: string[] = [];
  cache.on('stale', ({ reason }: CacheEvents['stale']) => all.push(reason));
  return all;
};

describe('a stale value of Redis', () => {
  let one: MultiLevelCache;
  beforeEach(async () => {
    await instance().set('k', 'stale', { ttl: 100, grace: 10_000 });
    await clock.advance(200);
    one = instance();
  });

  test('is given out when the fetcher fails', async () => {
    const told = reasons(one);
    expect(await one.getOrSet('k', fail)).toBe('stale');
    expect([told, one.getStats().staleServed]).toEqual([['failed'], 1]);
  });

  test('and to all who come while one fetches', async () => {
    let finish!: (value: string) => void;
    const fetching = one.getOrSet('k', () => new Promise<string>((resolve) => (finish = resolve)));
    // Those too who come before anybody knows that there is one.
    const others = [1, 2, 3].map(() => one.getOrSet('k', fail));
    expect(await Promise.all(others)).toEqual(['stale', 'stale', 'stale']);
    finish('fresh');
    expect(await fetching).toBe('fresh');
  });

  test('is shown to the fetcher, and not to a refresh', async () => {
    expect(await one.getOrSet('k', ({ stale }) => `after ${String(stale)}`)).toBe('after stale');
    await one.set('r', 'stale', { ttl: 100, grace: 10_000 });
    await clock.advance(200);
    await expect(one.refresh('r', fail)).rejects.toThrow('origin');
  });

  test('is gone at the end of its grace', async () => {
    await clock.advance(9_899);
    expect(await one.lookup('k')).toMatchObject({ hit: true, value: 'stale', stale: true, level: 'l2' });
    await clock.advance(1);
    expect(await one.lookup('k')).toEqual({ hit: false });
    await expect(one.getOrSet('k', fail)).rejects.toThrow('origin');
  });
});

describe('promotion from Redis', () => {
  test('keeps the time that remains, and the age', async () => {
    await instance().set('k', 1, 10_000);
    await clock.advance(9_000);
    const one = instance();
    expect(await one.lookup('k')).toEqual({ hit: true, value: 1, level: 'l2', age: 9_000, stale: false });
    await clock.advance(999);
    expect(await one.lookup('k')).toEqual({ hit: true, value: 1, level: 'l1', age: 9_999, stale: false });
    await clock.advance(1);
    expect(one.peek('k')).toBeUndefined();
    expect(await one.get('k')).toBeNull();
  });

  test("l2TTL caps what a caller's ttl says", async () => {
    const one = instance({ l1TTL: 50, l2TTL: 1_000 });
    await one.set('k', 1, 10_000);
    await clock.advance(999);
    expect([one.peek('k'), await instance().get('k')]).toEqual([undefined, 1]);
    await clock.advance(1);
    expect(await instance().get('k')).toBeNull();
  });
});

describe('hardTimeout', () => {
  const never = () => new Promise<never>(() => {});

  test('with a stale value: that', async () => {
    const one = instance({ redisClient: undefined });
    await one.set('k', 'stale', { ttl: 100, grace: 10_000 });
    await clock.advance(200);
    const told = reasons(one);
    const waiting = one.getOrSet('k', never, { hardTimeout: 500 });
    await clock.advance(499);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect([await waiting, told]).toEqual(['stale', ['failed']]);
  });

  test('a result that comes after it is not kept', async () => {
    const one = instance({ redisClient: undefined });
    let finish!: (value: string) => void;
    const waiting = one.getOrSet('k', () => new Promise<string>((resolve) => (finish = resolve)), {
      hardTimeout: 500,
    });
    const rejected = expect(waiting).rejects.toBeInstanceOf(FetchTimeoutError);
    await clock.advance(500);
    await rejected;
    finish('late');
    await clock.advance(0);
    expect(one.peek('k')).toBeUndefined();
  });
});

describe('softTimeout', () => {
  test('without a stale value there is nothing but to wait', async () => {
    const one = instance({ redisClient: undefined });
    let finish!: (value: string) => void;
    let got: unknown;
    void one
      .getOrSet('k', () => new Promise<string>((resolve) => (finish = resolve)), { softTimeout: 50 })
      .then((value) => (got = value));
    await clock.advance(1_000);
    expect(got).toBeUndefined();
    finish('late');
    await clock.advance(0);
    expect(got).toBe('late');
  });
});

describe('a failure that is remembered', () => {
  test('does not take a stale value away', async () => {
    const one = instance({ redisClient: undefined });
    let calls = 0;
    const failing = () => {
      calls++;
      return fail();
    };
    await one.set('k', 'stale', { ttl: 100, grace: 10_000 });
    await clock.advance(200);
    const options = { negativeTTL: 1_000 };
    for (let i = 0; i < 3; i++) expect(await one.getOrSet('k', failing, options)).toBe('stale');
    // The origin is left alone meanwhile.
    expect(calls).toBe(1);
    await clock.advance(1_000);
    expect(await one.getOrSet('k', failing, options)).toBe('stale');
    expect(calls).toBe(2);
    await clock.advance(9_000);
    for (let i = 0; i < 2; i++) await expect(one.getOrSet('k', failing, options)).rejects.toThrow('origin');
    expect(calls).toBe(3);
  });

  test('nor one that only Redis has', async () => {
    await instance().set('k', 'stale', { ttl: 100, grace: 10_000 });
    await clock.advance(200);
    const one = instance();
    for (let i = 0; i < 3; i++) expect(await one.getOrSet('k', fail, { negativeTTL: 1_000 })).toBe('stale');
  });

  test.each<[string, (cache: MultiLevelCache) => Promise<void>]>([
    ['set', (cache) => cache.set('k', 'new')],
    ['invalidate', (cache) => cache.invalidate('k')],
    ['invalidateTags', (cache) => cache.invalidateTags(['t'])],
    ['clear', (cache) => cache.clear()],
    ['refresh', async (cache) => void (await cache.refresh('k', () => 'new'))],
  ])('is forgotten with %s', async (_name, change) => {
    const one = instance({ redisClient: undefined });
    const options = { negativeTTL: 1_000, tags: ['t'] };
    await expect(one.getOrSet('k', fail, options)).rejects.toThrow('origin');
    await expect(one.getOrSet('k', () => 'new', options)).rejects.toThrow('origin');
    expect(await one.lookup('k')).toEqual({ hit: false });
    await change(one);
    expect(await one.getOrSet('k', () => 'new', options)).toBe('new');
  });

  test('the number of them is bounded', async () => {
    const one = instance({ redisClient: undefined });
    const options = { negativeTTL: 1_000_000 };
    for (let i = 0; i < 10_001; i++) await one.getOrSet(`k${i}`, () => null, options);
    expect(await one.getOrSet('k0', () => 'asked again', options)).toBe('asked again');
    expect(await one.getOrSet('k10000', () => 'not asked', options)).toBeNull();
  });
});

test('a caller that is gone before it asks does not start a fetch', async () => {
  const one = instance();
  let calls = 0;
  const signal = AbortSignal.abort(new Error('gone'));
  await expect(one.getOrSet('k', () => ++calls, { signal })).rejects.toThrow('gone');
  expect(calls).toBe(0);
});

test('one that gives up gets its own reason, not the stale value', async () => {
  const one = instance({ redisClient: undefined });
  await one.set('k', 'stale', { ttl: 100, grace: 10_000 });
  await clock.advance(200);
  const abort = new AbortController();
  const waiting = one.getOrSet('k', () => new Promise<never>(() => {}), { signal: abort.signal });
  const rejected = expect(waiting).rejects.toThrow('gone');
  abort.abort(new Error('gone'));
  await rejected;
});

test.each([
  [59_999, true],
  [60_000, false],
])('a fetch of %i ms: kept %s, for a deletion may be forgotten by then', async (duration, kept) => {
  const one = instance();
  const events: boolean[] = [];
  one.on('fetch', (event: CacheEvents['fetch']) => events.push(event.kept));
  let finish!: (value: string) => void;
  const fetched = one.getOrSet('k', () => new Promise<string>((resolve) => (finish = resolve)), {
    hardTimeout: Infinity,
  });
  await clock.advance(duration);
  finish('value');
  expect(await fetched).toBe('value');
  expect([one.peek('k'), events, one.getStats().discarded]).toEqual([
    ...[kept ? 'value' : undefined, [kept], kept ? 0 : 1],
  ]);
});

test('a value that the fetcher wants nobody to keep goes to all who wait', async () => {
  const one = instance();
  const values = await Promise.all(
    [1, 2].map(() =>
      one.getOrSet('k', (context) => {
        context.skip();
        return 'once';
      }),
    ),
  );
  expect([values, await one.lookup('k')]).toEqual([['once', 'once'], { hit: false }]);
});

test('joining costs no second fetch, and is counted', async () => {
  const one = instance();
  let finish!: (value: number) => void;
  let calls = 0;
  const fetch = () =>
    one.getOrSet('k', () => {
      calls++;
      return new Promise<number>((resolve) => (finish = resolve));
    });
  const first = fetch();
  await clock.advance(0);
  const others = [fetch(), fetch()];
  await clock.advance(0);
  expect(one.getStats()).toMatchObject({ flights: 1, coalesced: 2, fetches: 0 });
  finish(1);
  expect([await first, ...(await Promise.all(others)), calls]).toEqual([1, 1, 1, 1]);
  expect(one.getStats()).toMatchObject({ flights: 0, fetches: 1, l1: { misses: 3 }, l2: { misses: 1 } });
});
