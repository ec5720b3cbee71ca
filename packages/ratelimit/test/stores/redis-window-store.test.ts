import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import type { RedisService } from '@spark-perf/test-services';
import { soakCount, startRedis, testSeed, waitFor } from '@spark-perf/test-services';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { windowPolicy } from '../../src/policy.js';
import { RedisWindowStore } from '../../src/stores/redis-window-store.js';
import { windowStoreTests } from '../../src/testing/index.js';
import { ExactLog } from '../exact-log.js';
import { SteppingRedis } from '../stepping-redis.js';

let server: RedisService;
let client: Redis;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url);
  await client.ping();
});
afterEach(() => client.flushall());
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

const spec = (maxRequests: number, windowSize: number, buckets = 20, concurrency = 0) => ({
  namespace: '',
  policies: [windowPolicy({ name: 'default', maxRequests, windowSize, precision: windowSize / buckets })],
  countRejected: false,
  concurrency,
});

/** Commands that clients have sent, by name; those inside scripts are counted under their own names too. */
async function calls(command: string): Promise<number> {
  const stats = await client.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

describe('the contract', () => {
  const tests = windowStoreTests(async () => {
    const stepping = new SteppingRedis(client);
    await stepping.step(0);
    // A remembered refusal goes by this process's clock, which here has nothing to do with the server's.
    const store = new RedisWindowStore(stepping, { denyCacheSize: 0 });
    return { store, step: (ms) => stepping.step(ms), dispose: async () => store.close() };
  });
  test.each(tests)('$name', ({ run }) => run());
});

test('random traffic against an exact log, with steps of the clock: never more, never less than documented', async () => {
  const stepping = new SteppingRedis(client);
  const store = new RedisWindowStore(stepping, { denyCacheSize: 0 });
  const move = fc.record({
    step: fc.oneof(
      fc.integer({ min: -500, max: 0 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 1_300 }),
    ),
    burst: fc.integer({ min: 0, max: 8 }),
    cost: fc.integer({ min: 1, max: 12 }),
  });
  let subject = 0;
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 60 }),
    fc.array(move, { minLength: 1, maxLength: 12 }),
    async (limit, moves) => {
      const windows = store.open(spec(limit, 1_000));
      const key = `subject ${subject++}`;
      const log = new ExactLog();
      for (const { step, burst, cost } of moves) {
        await stepping.step(step);
        for (let i = 0; i < burst; i++) {
          const { allowed, at, remaining } = await windows.consume(key, cost);
          const used = log.inWindow(at, 1_000);
          if (allowed && used + cost > limit) throw new Error(`${used} + ${cost} of ${limit}`);
          const held = limit <= 32 ? 0 : log.inWindow(at, 1_050) - used;
          if ((remaining[0] as number) < limit - used - held - (allowed ? cost : 0))
            throw new Error(`only ${remaining[0]} left`);
          if (allowed) log.add(at, cost);
        }
      }
    },
  );
  await fc.assert(property, { seed: testSeed(), numRuns: soakCount(1_000) });
});

test.each([
  ['one policy', spec(1_000, 60_000)],
  [
    'two policies, slots and refused units',
    {
      ...spec(1_000, 60_000, 20, 2),
      policies: [spec(1_000, 60_000), spec(3, 1_000)].flatMap(({ policies }, i) =>
        policies.map((one) => ({ ...one, name: `p${i}` })),
      ),
      countRejected: true,
    },
  ],
])('a decision is one command, by hash: %s', async (_name, of) => {
  const windows = new RedisWindowStore(client, { denyCacheSize: 0 }).open(of);
  await windows.consume('warm up', 1);
  await client.config('RESETSTAT');
  const monitor = await client.monitor();
  const seen: string[] = [];
  monitor.on('monitor', (_time: string, args: string[], source: string) => {
    if (source !== 'lua') seen.push(args[0] as string);
  });
  for (let i = 0; i < 20; i++)
    await windows.consume(`k${i % 5}`, i % 3, of.concurrency > 0 ? `${i}` : undefined);
  await client.echo('end');
  await waitFor(() => seen.includes('echo'));
  monitor.disconnect();
  expect(seen.slice(0, seen.indexOf('echo'))).toEqual(Array.from({ length: 20 }, () => 'evalsha'));
  expect(await calls('evalsha')).toBe(20);
  expect(await calls('eval')).toBe(0);
});

test('every key has a TTL after every kind of write, and is gone with its window', async () => {
  const windows = new RedisWindowStore(client, { prefix: 'p:' }).open(spec(40, 300, 10, 5));
  const ttl = async () => client.pttl('p:{a}');
  for (let i = 0; i < 5; i++) await windows.consume('a', 1, `lease ${i}`);
  expect(await ttl()).toBeGreaterThan(0);
  const { at } = await windows.consume('a', 3, 'none left');
  for (const change of [
    () => windows.refund('a', 1, at),
    () => windows.refund('a', 1),
    () => windows.release('a', 'lease 1'),
    () => windows.reset('a'),
  ]) {
    await change();
    expect(await ttl()).toBeGreaterThan(0);
  }
  for (let i = 0; i < 5; i++) await windows.release('a', `lease ${i}`);
  expect(await client.exists('p:{a}')).toBe(0);
  await windows.refund('never seen', 1);
  await windows.release('never seen', 'x');
  expect(await client.dbsize()).toBe(0);
});

test('a key that lost its TTL blocks nobody', async () => {
  const stepping = new SteppingRedis(client);
  await stepping.step(0);
  const windows = new RedisWindowStore(stepping, { denyCacheSize: 0 }).open(spec(2, 1_000));
  await windows.consume('a', 2);
  await client.persist('ratelimit:{a}');
  await stepping.step(1_000);
  expect((await windows.consume('a', 2)).allowed).toBe(true);
  expect(await client.pttl('ratelimit:{a}')).toBeGreaterThan(0);
  // Within a bucket a write changes a few bytes in place: that has to give the TTL back too.
  const long = new RedisWindowStore(stepping, { denyCacheSize: 0, prefix: 'long:' }).open(spec(50, 600_000));
  await long.consume('a', 1);
  await client.persist('long:{a}');
  expect((await long.consume('a', 1)).remaining).toEqual([48]);
  expect(await client.pttl('long:{a}')).toBeGreaterThan(0);
});

test.each(['READONLY You can not write', 'ERR NOSCRIPT', 'LOADING', 'Connection is closed.'])(
  'a call that failed with %p is not sent again: it may have been counted',
  async (message) => {
    const sent: string[] = [];
    const failing = (name: string) => () => {
      sent.push(name);
      return Promise.reject(new Error(message));
    };
    const fake = {
      status: 'ready',
      connect: async () => {},
      evalsha: failing('evalsha'),
      eval: failing('eval'),
    };
    const windows = new RedisWindowStore(fake).open(spec(5, 1_000));
    await expect(windows.consume('a', 1)).rejects.toThrow(message);
    expect(sent).toEqual(['evalsha']);
  },
);

test('a client that is not connected fails at once, whatever is asked', async () => {
  const lost = new Redis(server.url, { retryStrategy: () => null });
  lost.disconnect();
  await waitFor(() => lost.status === 'end');
  const windows = new RedisWindowStore(lost).open(spec(5, 1_000));
  for (const asked of [
    windows.consume('a', 1),
    windows.peek('a', 1),
    windows.refund('a', 1),
    windows.release('a', 'lease'),
    windows.reset('a'),
    windows.resetAll(),
  ])
    await expect(asked).rejects.toMatchObject({ code: 'SPARK_REDIS_NOT_READY' });
});

test('survives SCRIPT FLUSH, and counts each call once', async () => {
  const windows = new RedisWindowStore(client, { denyCacheSize: 0 }).open(spec(20, 600_000));
  let admitted = 0;
  for (let i = 0; i < 30; i++) {
    if (i % 3 === 0) await client.script('FLUSH');
    if ((await windows.consume('a', 1)).allowed) admitted++;
  }
  expect(admitted).toBe(20);
});

test('calls that come at once: one command each, counted once each, also after SCRIPT FLUSH', async () => {
  const windows = new RedisWindowStore(client, { denyCacheSize: 0 }).open(spec(60, 600_000));
  await windows.consume('warm up', 1);
  await client.config('RESETSTAT');
  const burst = async (times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, () => windows.consume('a', 1)));
    return answers.filter(({ allowed }) => allowed).length;
  };
  expect(await burst(25)).toBe(25);
  expect(await calls('evalsha')).toBe(25);
  await client.script('FLUSH');
  expect(await burst(25)).toBe(25);
  expect(await burst(25)).toBe(10);
  expect((await windows.peek('a', 1)).remaining).toEqual([0]);
});

test('holds a key with 20 buckets in at most 250 bytes', async () => {
  const stepping = new SteppingRedis(client);
  const windows = new RedisWindowStore(stepping).open(spec(1_000, 60_000));
  for (let i = 0; i < 25; i++) {
    await stepping.step(3_000);
    await windows.consume('203.0.113.195', 1 + i);
  }
  expect(await client.memory('USAGE', 'ratelimit:{203.0.113.195}')).toBeLessThanOrEqual(250);
});

test('leases of requests that never ended run out', async () => {
  const stepping = new SteppingRedis(client);
  await stepping.step(0);
  const windows = new RedisWindowStore(stepping, { leaseTTL: 30_000 }).open(spec(1_000, 1_000, 10, 1));
  expect((await windows.consume('a', 1, 'crashed')).allowed).toBe(true);
  await stepping.step(29_999);
  expect((await windows.consume('a', 1, 'next')).slotDenied).toBe(true);
  await stepping.step(1);
  expect((await windows.consume('a', 1, 'next')).allowed).toBe(true);
});

test('a changed limit keeps the counts, changed buckets start anew', async () => {
  const store = new RedisWindowStore(client, { denyCacheSize: 0 });
  await store.open(spec(50, 600_000)).consume('a', 40);
  expect((await store.open(spec(100, 600_000)).peek('a', 1)).remaining).toEqual([60]);
  expect((await store.open(spec(35, 600_000)).peek('a', 1)).remaining).toEqual([0]);
  expect((await store.open(spec(35, 600_000)).consume('a', 0)).allowed).toBe(true); // only looks
  expect((await store.open(spec(100, 700_000)).peek('a', 1)).remaining).toEqual([100]);
});

test('resetAll respects a key prefix of the client and leaves other keys alone', async () => {
  const prefixed = new Redis(server.url, { keyPrefix: 'app:' });
  await prefixed.get('ready');
  const windows = new RedisWindowStore(prefixed, { prefix: 'r*[:' }).open(spec(2, 600_000));
  await client.set('app:rx[:{a}', 'not ours');
  for (const key of ['a', 'b', 'c']) await windows.consume(key, 1);
  expect(await client.dbsize()).toBe(4);
  await windows.resetAll();
  expect(await client.keys('*')).toEqual(['app:rx[:{a}']);
  prefixed.disconnect();
});

describe('refusals are remembered', () => {
  test('without a round trip, for costs at least as high, for a second at most', async () => {
    const clock = new ManualClock();
    const windows = new RedisWindowStore(client, { clock }).open(spec(10, 600_000));
    await windows.consume('a', 8);
    expect((await windows.consume('a', 5)).allowed).toBe(false);
    await client.config('RESETSTAT');
    for (let i = 0; i < 50; i++) expect((await windows.consume('a', 5 + i)).allowed).toBe(false);
    expect(await calls('evalsha')).toBe(0);
    clock.stepNow(400);
    const remembered = await windows.consume('a', 5);
    expect(remembered.retryAfter[0]).toBeLessThanOrEqual(600_000 - 400);
    expect(remembered.retryAfter[0]).toBeGreaterThan(500_000);
    expect((await windows.consume('a', 1)).allowed).toBe(true);
    await client.del('ratelimit:{a}'); // reset by somebody else
    clock.stepNow(600);
    expect((await windows.consume('a', 5)).allowed).toBe(true);
  });

  test('not beyond a reset or refund of our own', async () => {
    const windows = new RedisWindowStore(client).open(spec(3, 600_000));
    await windows.consume('a', 3);
    expect((await windows.consume('a', 1)).allowed).toBe(false);
    await windows.refund('a', 1);
    expect((await windows.consume('a', 1)).allowed).toBe(true);
    expect((await windows.consume('a', 1)).allowed).toBe(false);
    await windows.reset('a');
    expect((await windows.consume('a', 3)).allowed).toBe(true);
  });

  test('of so many keys and no more', async () => {
    const windows = new RedisWindowStore(client, { denyCacheSize: 3 }).open(spec(0, 600_000));
    for (const key of ['a', 'b', 'c', 'd']) await windows.consume(key, 1);
    await client.config('RESETSTAT');
    for (const key of ['d', 'c', 'b']) await windows.consume(key, 1);
    expect(await calls('evalsha')).toBe(0);
    await windows.consume('a', 1);
    expect(await calls('evalsha')).toBe(1);
  });
});

test.each([
  [undefined, {}],
  [{}, {}],
  ['client', { prefix: '' }],
  ['client', { leaseTTL: 10 }],
  ['client', { denyCacheSize: -1 }],
])('refuses %p with %p', (given, options) => {
  expect(() => new RedisWindowStore((given === 'client' ? client : given) as never, options)).toThrow(
    /^Option `/,
  );
});
