import { afterEach, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import type { RateLimiterOptions } from '../../src/options.js';
import { SlidingWindowRateLimiter } from '../../src/sliding-window-rate-limiter.js';
import { RedisWindowStore } from '../../src/stores/redis-window-store.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function fleet(options: RateLimiterOptions = {}) {
  const server = await startRedis();
  cleanups.push(() => server.stop());
  const client = new Redis(server.url, { retryStrategy: () => 20, autoResendUnfulfilledCommands: false });
  client.on('error', () => {}); // what a user's own listener does
  cleanups.push(() => client.disconnect());
  const limiter = new SlidingWindowRateLimiter({
    maxRequests: 20,
    windowSize: 3_600_000,
    store: new RedisWindowStore(client, { denyCacheSize: 0 }),
    storeTimeout: 200,
    ...options,
  });
  const events: string[] = [];
  limiter.on('storeError', () => events.push('error'));
  limiter.on('storeRecovered', () => events.push('recovered'));
  await client.ping();
  return { server, client, limiter, events };
}

const admitted = async (limiter: SlidingWindowRateLimiter, times: number) => {
  const answers = [];
  for (let i = 0; i < times; i++) answers.push((await limiter.isAllowed('k')).allowed);
  return answers.filter(Boolean).length;
};

const back = (limiter: SlidingWindowRateLimiter) =>
  waitFor(
    async () => {
      await limiter.peek('another');
      return limiter.getStats().storeState === 'closed';
    },
    { interval: 50, timeout: 25_000 },
  );

const lose: [string, (server: RedisService) => Promise<void>, (server: RedisService) => Promise<void>][] = [
  ['killed and restarted', (server) => server.kill(), (server) => server.restart()],
  ['paused and resumed', (server) => server.pause(), (server) => server.resume()],
];

test.each(lose)(
  'Redis %s: the limiter in memory takes over with its share, and gives back',
  async (_name, fail, mend) => {
    const { server, limiter, events } = await fleet({ instances: 4 });
    expect(await admitted(limiter, 10)).toBe(10);
    await fail(server);
    // 20 / 4 instances.
    expect(await admitted(limiter, 12)).toBe(5);
    expect(events[0]).toBe('error');
    expect(limiter.getStats().storeState).not.toBe('closed');
    await mend(server);
    await back(limiter);
    expect(events.at(-1)).toBe('recovered');
    const after = await admitted(limiter, 30);
    // What a paused server was asked may have been counted after all; a killed one has forgotten.
    expect(after).toBeGreaterThanOrEqual(8);
    expect(after).toBeLessThanOrEqual(_name.startsWith('killed') ? 20 : 10);
  },
  60_000,
);

test.each(lose)(
  'Redis %s under load: no error, and nobody waits but who was on the way, and probes',
  async (_name, fail, mend) => {
    const { server, limiter } = await fleet({ maxRequests: 1_000_000 });
    const workers = 16;
    let asked = 0;
    let over = false;
    const worker = async (): Promise<void> => {
      while (!over) {
        await limiter.isAllowed(`k${asked++ % 50}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const working = Array.from({ length: workers }, worker);
    await waitFor(() => asked > 500);
    await fail(server);
    const before = asked;
    await waitFor(() => asked > before + 2_000);
    // Each of them had one call under way at most; a probe comes every half second or later.
    expect(limiter.getStats().storeErrors).toBeLessThan(workers + 100);
    await mend(server);
    await waitFor(() => limiter.getStats().storeState === 'closed', { timeout: 25_000 });
    over = true;
    await Promise.all(working);
    const { allowed, denied } = limiter.getStats();
    expect([allowed, denied]).toEqual([asked, 0]);
  },
  60_000,
);

test.each([
  ['open', 30],
  ['closed', 0],
] as const)(
  'onStoreError: %s',
  async (onStoreError, passed) => {
    const { server, limiter } = await fleet({ onStoreError });
    await server.kill();
    expect(await admitted(limiter, 30)).toBe(passed);
    const { allowed, remaining, retryAfter } = await limiter.isAllowed('k');
    expect({ allowed, remaining }).toEqual(
      passed > 0 ? { allowed: true, remaining: 20 } : { allowed: false, remaining: 0 },
    );
    expect(retryAfter > 0).toBe(passed === 0);
  },
  60_000,
);

test('while the circuit is open only one probe waits', async () => {
  const { server, limiter } = await fleet({ storeTimeout: 500 });
  await server.pause();
  await admitted(limiter, 1);
  expect(limiter.getStats().storeErrors).toBe(1);
  await admitted(limiter, 200);
  expect(limiter.getStats().storeErrors).toBe(1);
  await waitFor(
    async () => {
      await Promise.all(Array.from({ length: 50 }, () => limiter.isAllowed('k')));
      return limiter.getStats().storeErrors > 1;
    },
    { interval: 100 },
  );
  expect(limiter.getStats().storeErrors).toBe(2);
  await server.resume();
}, 60_000);

test('a restart without persistence forgets, and leaves no error behind', async () => {
  const { server, client, limiter } = await fleet();
  expect(await admitted(limiter, 25)).toBe(20);
  await server.restart();
  await back(limiter);
  expect(await admitted(limiter, 25)).toBe(20);
  expect(await client.pttl('ratelimit:{k}')).toBeGreaterThan(0);
}, 60_000);

test('a slot taken by an answer that came too late is given back', async () => {
  const { server, client } = await fleet();
  const store = new RedisWindowStore(client, { denyCacheSize: 0 });
  const limiter = new SlidingWindowRateLimiter({ maxRequests: 50, concurrency: 1, store, storeTimeout: 100 });
  const { fakeContext } = await import('@spark-perf/core/testing');
  const middleware = limiter.middleware(() => 'k');
  await server.pause();
  await middleware(fakeContext(), async () => {});
  expect(limiter.getStats().storeErrors).toBe(1);
  await server.resume();
  const spec = {
    namespace: '',
    policies: [
      (await import('../../src/policy.js')).windowPolicy({
        name: 'default',
        maxRequests: 50,
        windowSize: 60_000,
      }),
    ],
    countRejected: false,
    concurrency: 1,
  };
  const windows = store.open(spec);
  await waitFor(async () => {
    const { allowed } = await windows.consume('k', 0, 'probe');
    return allowed;
  });
}, 60_000);
