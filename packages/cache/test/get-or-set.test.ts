import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import type { MultiLevelCacheOptions } from '../src/index.js';
import { CacheClosedError, FetchTimeoutError, MultiLevelCache } from '../src/index.js';

let clock: ManualClock;
let cache: MultiLevelCache;
const open = (options: MultiLevelCacheOptions = {}): void => {
  clock = new ManualClock();
  cache = new MultiLevelCache({ clock, ...options });
};
beforeEach(() => open());
afterEach(() => cache.close());

/** A fetcher that ends when told. */
function gate<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  let calls = 0;
  const fetcher = (): Promise<T> => {
    calls++;
    return new Promise<T>((done, fail) => {
      resolve = done;
      reject = fail;
    });
  };
  return {
    fetcher,
    resolve: (value: T) => resolve(value),
    reject: (error: Error) => reject(error),
    calls: () => calls,
  };
}

describe('single flight', () => {
  test('a thousand callers, one fetch', async () => {
    const fetch = gate<number>();
    const callers = Array.from({ length: 1_000 }, () => cache.getOrSet('k', fetch.fetcher));
    await clock.advance(0);
    fetch.resolve(7);
    expect(new Set(await Promise.all(callers))).toEqual(new Set([7]));
    expect(fetch.calls()).toBe(1);
    expect(cache.getStats()).toMatchObject({ fetches: 1, coalesced: 999, flights: 0 });
  });

  test('a failure goes to all who waited, and is not remembered', async () => {
    const fetch = gate<number>();
    const callers = [1, 2, 3].map(() => cache.getOrSet('k', fetch.fetcher));
    await clock.advance(0);
    fetch.reject(new Error('origin'));
    for (const caller of callers) await expect(caller).rejects.toThrow('origin');
    expect(await cache.getOrSet('k', () => 1)).toBe(1);
  });

  test('a caller that gives up does not end the fetch of the others', async () => {
    const fetch = gate<number>();
    const abort = new AbortController();
    const one = cache.getOrSet('k', fetch.fetcher, { signal: abort.signal });
    const other = cache.getOrSet('k', fetch.fetcher);
    await clock.advance(0);
    abort.abort(new Error('gone'));
    await expect(one).rejects.toThrow('gone');
    fetch.resolve(1);
    expect(await other).toBe(1);
    expect(cache.peek('k')).toBe(1);
  });

  test('beyond maxFlights callers fetch by themselves', async () => {
    open({ maxFlights: 2 });
    const fetch = gate<number>();
    const held = ['a', 'b'].map((key) => cache.getOrSet(key, fetch.fetcher));
    expect(await cache.getOrSet('c', () => 3)).toBe(3);
    expect(cache.getStats().flights).toBe(2);
    held.forEach((one) => one.catch(() => {}));
  });

  test('close rejects those who wait', async () => {
    const waiting = cache.getOrSet('k', () => new Promise<never>(() => {}));
    const rejected = expect(waiting).rejects.toBeInstanceOf(CacheClosedError);
    await clock.advance(0);
    await cache.close();
    await rejected;
    // The fetcher heeds no signal; its deadline does not keep the process alive.
    await clock.advance(1);
    expect(clock.timers).toBe(0);
    await expect(cache.set('k', 1)).rejects.toBeInstanceOf(CacheClosedError);
    await expect(cache.getOrSet('k', () => 1)).rejects.toBeInstanceOf(CacheClosedError);
  });
});

describe('freshness', () => {
  test('ttl, also beyond 2^31 ms, and 0', async () => {
    open({ l1TTL: 2 ** 33 });
    await cache.set('k', 1, 2 ** 32);
    await clock.advance(2 ** 31 + 5);
    expect(cache.peek('k')).toBe(1);
    await clock.advance(2 ** 31);
    expect(cache.peek('k')).toBeUndefined();
    await cache.set('k', 1, 0);
    expect(cache.peek('k')).toBeUndefined();
    expect(clock.timers).toBeLessThanOrEqual(1);
  });

  test('each level caps the ttl; promotion keeps what remains', async () => {
    const data = new Map<string, string>();
    const databaseClient = {
      get: (key: string) => data.get(key),
      set: (key: string, value: string) => void data.set(key, value),
      del: (key: string) => void data.delete(key),
    };
    open({ l1TTL: 1_000, l3TTL: 10_000, databaseClient });
    await cache.set('k', 1, 60_000);
    await clock.advance(9_500);
    expect(await cache.lookup('k')).toEqual({ hit: true, value: 1, level: 'l3', age: 9_500, stale: false });
    await clock.advance(499);
    expect(cache.peek('k')).toBe(1);
    await clock.advance(2);
    expect(cache.peek('k')).toBeUndefined();
    expect(await cache.get('k')).toBeNull();
  });

  test('ttlJitter takes off up to its share', async () => {
    open({ ttlJitter: 0.5, random: () => 0.5 });
    await cache.set('k', 1, 1_000);
    await clock.advance(740);
    expect(cache.peek('k')).toBe(1);
    await clock.advance(20);
    expect(cache.peek('k')).toBeUndefined();
  });

  test('grace: one refreshes and waits, all others get the stale value at once', async () => {
    const fetch = gate<number>();
    await cache.set('k', 1, { ttl: 100, grace: 1_000 });
    await clock.advance(200);
    expect(await cache.get('k')).toBeNull();
    expect(await cache.lookup('k')).toMatchObject({ hit: true, value: 1, stale: true });
    const first = cache.getOrSet('k', fetch.fetcher);
    expect(await cache.getOrSet('k', fetch.fetcher)).toBe(1);
    await clock.advance(0);
    fetch.resolve(2);
    expect(await first).toBe(2);
    expect(fetch.calls()).toBe(1);
  });

  test('grace: a failing fetcher gives the stale value; after it, the error', async () => {
    await cache.set('k', 1, { ttl: 100, grace: 1_000 });
    const fail = () => Promise.reject(new Error('origin'));
    await clock.advance(200);
    expect(await cache.getOrSet('k', fail)).toBe(1);
    await clock.advance(1_000);
    await expect(cache.getOrSet('k', fail)).rejects.toThrow('origin');
  });

  test.each<[string, () => Promise<void>]>([
    ['invalidate', () => cache.invalidate('k')],
    ['invalidateTags', () => cache.invalidateTags(['t'])],
    ['clear', () => cache.clear()],
  ])(
    'what was invalidated by %s is not served stale, not even by a flight under way',
    async (_name, change) => {
      await cache.set('k', 1, { ttl: 100, grace: 1_000, tags: ['t'] });
      await clock.advance(200);
      const fetch = gate<number>();
      const waiting = cache.getOrSet('k', fetch.fetcher, { tags: ['t'] });
      await clock.advance(0);
      await change();
      fetch.reject(new Error('origin'));
      await expect(waiting).rejects.toThrow('origin');
      await expect(cache.getOrSet('k', () => Promise.reject(new Error('again')))).rejects.toThrow('again');
    },
  );

  test('softTimeout: stale when the fetcher is slow, and its late result is kept', async () => {
    await cache.set('k', 1, { ttl: 100, grace: 10_000 });
    await clock.advance(200);
    const fetch = gate<number>();
    const slow = cache.getOrSet('k', fetch.fetcher, { softTimeout: 50 });
    await clock.advance(50);
    expect(await slow).toBe(1);
    fetch.resolve(2);
    await clock.advance(0);
    expect(cache.peek('k')).toBe(2);
  });

  test('hardTimeout: an error, and the signal of the fetcher aborts', async () => {
    let signal!: AbortSignal;
    const waiting = cache.getOrSet(
      'k',
      (context) => {
        ({ signal } = context);
        return new Promise<never>(() => {});
      },
      { hardTimeout: 100 },
    );
    const rejected = expect(waiting).rejects.toBeInstanceOf(FetchTimeoutError);
    await clock.advance(100);
    await rejected;
    expect(signal.aborted).toBe(true);
  });

  test('the fetcher decides: ttl, grace, tags, or not to keep it', async () => {
    await cache.getOrSet('k', (context) => {
      context.setTTL(10);
      context.setGrace(50);
      context.addTags('late');
      return 1;
    });
    expect(cache.peek('k')).toBe(1);
    await clock.advance(11);
    expect(await cache.lookup('k')).toMatchObject({ hit: true, stale: true });
    await cache.invalidateTags(['late']);
    expect(await cache.lookup('k')).toEqual({ hit: false });
    expect(
      await cache.getOrSet('s', (context) => {
        context.skip();
        return 1;
      }),
    ).toBe(1);
    expect(cache.peek('s')).toBeUndefined();
  });
});

describe('negativeTTL', () => {
  test('errors and nothings are remembered, and forgotten with a change', async () => {
    let calls = 0;
    const fail = () => {
      calls++;
      return Promise.reject(new Error('origin'));
    };
    const nothing = () => {
      calls++;
      return null;
    };
    for (let i = 0; i < 3; i++)
      await expect(cache.getOrSet('e', fail, { negativeTTL: 100 })).rejects.toThrow('origin');
    for (let i = 0; i < 3; i++) expect(await cache.getOrSet('n', nothing, { negativeTTL: 100 })).toBeNull();
    expect(calls).toBe(2);
    expect(await cache.lookup('n')).toEqual({ hit: false });
    await cache.invalidate('n');
    await cache.set('e', 5);
    expect(await cache.getOrSet('e', fail)).toBe(5);
    await cache.getOrSet('n', nothing, { negativeTTL: 100 });
    expect(calls).toBe(3);
    await clock.advance(101);
    await cache.getOrSet('n', nothing, { negativeTTL: 100 });
    expect(calls).toBe(4);
  });

  test('a fetch that fails or finds nothing after a set does not take the value away', async () => {
    const fetch = gate<number | null>();
    const older = cache.getOrSet('k', fetch.fetcher, { negativeTTL: 1_000 });
    await clock.advance(0);
    await cache.set('k', 5);
    fetch.resolve(null);
    expect(await older).toBeNull();
    expect(await cache.getOrSet('k', () => 6)).toBe(5);
  });

  test('without it null is a value like others', async () => {
    await cache.getOrSet('k', () => null);
    expect(await cache.lookup('k')).toMatchObject({ hit: true, value: null });
  });
});
