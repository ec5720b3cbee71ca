import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import type { MultiLevelCacheOptions } from '../../src/index.js';
import type { Instance } from './open-instance.js';
import { openInstance } from './open-instance.js';

/** A database that a fleet shares; a test can hold single calls of one instance back, or let them fail. */
class Database {
  readonly rows = new Map<string, string>();

  /** An instance's way to it. */
  client(hold: (call: string, key: string) => Promise<unknown> | undefined = () => undefined) {
    const { rows } = this;
    return {
      get: async (key: string) => {
        const text = rows.get(key);
        await hold('get', key);
        return text;
      },
      set: async (key: string, text: string) => {
        await hold('set', key);
        rows.set(key, text);
      },
      del: async (key: string) => {
        await hold('del', key);
        rows.delete(key);
      },
    };
  }
}

let redis: RedisService;
let database: Database;
let open: Instance[];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await redis.command('FLUSHALL');
  [database, open] = [new Database(), []];
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
});

async function instance(
  hold?: (call: string, key: string) => Promise<unknown> | undefined,
  options: MultiLevelCacheOptions = {},
): Promise<Instance> {
  const one = await openInstance(redis.url, {
    databaseClient: database.client(hold),
    levelTimeout: 10_000,
    ...options,
  });
  open.push(one);
  return one;
}

/** Something that happens once, when a test lets it. */
function latch() {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  return { release, released };
}

const forgetInRedis = (key: string) => redis.command('DEL', `spark:cache:{k${key}}`);

test('what Redis has lost comes back from the database, and goes back into Redis', async () => {
  const [a, b] = [await instance(), await instance()];
  await a.cache.set('k', 1, { tags: ['t'] });
  await forgetInRedis('k');
  expect(await b.cache.lookup('k')).toMatchObject({ hit: true, value: 1, level: 'l3' });
  expect(await redis.command('EXISTS', 'spark:cache:{kk}')).toBe(1);
  await forgetInRedis('k');
  await a.cache.invalidateTags(['t']);
  await waitFor(() => b.cache.peek('k') === undefined);
  expect(await b.cache.get('k')).toBeNull();
});

test.each<[string, (one: Instance) => Promise<void>]>([
  ['delete', (one) => one.cache.invalidate('k')],
  ['set', (one) => one.cache.set('k', 'new', { tags: ['t'] })],
  ['tag invalidation', (one) => one.cache.invalidateTags(['t'])],
  ['clear', (one) => one.cache.clear()],
])('%s on A while B promotes from the database: what B has read is not kept', async (_name, change) => {
  const { release, released } = latch();
  let reading = false;
  const a = await instance();
  const b = await instance((call) => {
    if (call !== 'get' || reading) return undefined;
    reading = true;
    return released;
  });
  await a.cache.set('k', 'old', { tags: ['t'] });
  await forgetInRedis('k');
  const before = b.cache.get('k');
  await waitFor(() => reading);
  await change(a);
  release();
  expect([null, 'old', 'new']).toContain(await before);
  for (const one of [a, b, await instance()]) expect(['new', null]).toContain(await one.cache.get('k'));
});

test('two writes that cross each other on their way to the database: the older one does not stay', async () => {
  const { release, released } = latch();
  let writing = false;
  const slow = await instance((call) => {
    if (call !== 'set' || writing) return undefined;
    writing = true;
    return released;
  });
  const fast = await instance();
  const older = slow.cache.set('k', 'older');
  await waitFor(() => writing);
  await fast.cache.set('k', 'newer');
  release();
  await older;
  expect(await (await instance()).cache.get('k')).toBe('newer');
  await forgetInRedis('k');
  expect(await (await instance()).cache.get('k')).not.toBe('older');
});

test('a row that could not be deleted is not given out by those who can read it', async () => {
  let down = false;
  const a = await instance(() => (down ? Promise.reject(new Error('down')) : undefined));
  const b = await instance();
  await a.cache.set('k', 'deleted');
  down = true;
  await a.cache.invalidate('k');
  expect(a.cache.getStats().l3).toMatchObject({ up: false, journal: 1 });
  expect(database.rows.size).toBe(1);
  expect(await b.cache.get('k')).toBeNull();
  expect(Number(await redis.command('PTTL', 'spark:cache:{kk}'))).toBeGreaterThan(86_400_000);
});

test('nor one that could not be overwritten, once the new value has run out', async () => {
  let down = false;
  const a = await instance(() => (down ? Promise.reject(new Error('down')) : undefined));
  const b = await instance(undefined, { l1TTL: 20 });
  await a.cache.set('k', 'old');
  down = true;
  await a.cache.set('k', 'new', 300);
  const seen = new Set<unknown>();
  await waitFor(async () => {
    seen.add(await b.cache.get('k'));
    return seen.has(null);
  });
  expect(seen).not.toContain('old');
});

test('what a level did not have is counted, whoever asked', async () => {
  const a = await instance();
  const misses = () => [a.cache.getStats().l2!.misses, a.cache.getStats().l3!.misses];
  await a.cache.get('k');
  expect(misses()).toEqual([1, 1]);
  await a.cache.getOrSet('k', () => 1);
  expect(misses()).toEqual([2, 2]);
  const b = await instance();
  await forgetInRedis('k');
  await b.cache.get('k');
  expect(b.cache.getStats()).toMatchObject({ l2: { hits: 0, misses: 1 }, l3: { hits: 1, misses: 0 } });
});

test('what a batch did not find is counted in each level that was asked', async () => {
  const [one, two] = [await instance(), await instance()];
  await one.cache.setMany(['both', 'rows'].map((key) => ({ key, value: key })));
  await redis.command('DEL', 'spark:cache:{krows}');
  expect(await two.cache.getMany(['both', 'rows', 'none'])).toEqual(['both', 'rows', null]);
  const { l2, l3 } = two.cache.getStats();
  expect([l2?.hits, l2?.misses, l3?.hits, l3?.misses]).toEqual([1, 2, 1, 1]);
});
