import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import type { Clock } from '@spark-perf/core';
import type { RedisClusterService, RedisService } from '@spark-perf/test-services';
import { ManualClock } from '@spark-perf/core/testing';
import { startRedis, startRedisCluster, waitFor } from '@spark-perf/test-services';
import { RedisDedupeStore } from '../../src/redis.js';
import { dedupeStoreTests } from '../../src/testing/index.js';

let prefixes = 0;
const harness = (client: Redis | Cluster, clock?: Clock) => async () => {
  const store = new RedisDedupeStore(client, { prefix: `t${prefixes++}:`, timeout: 5_000, clock });
  return {
    store,
    elapse: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    dispose: () => store.close(),
  };
};
const claim = {
  token: 'one',
  fingerprint: 'f',
  lease: 30_000,
  onOrphan: 'reject',
  retention: 60_000,
} as const;

describe('on one server', () => {
  let service: RedisService;
  let client: Redis;
  beforeAll(async () => {
    service = await startRedis();
    client = new Redis(service.port, service.host, { retryStrategy: () => 20 });
    client.on('error', () => {});
    await waitFor(() => client.status === 'ready');
  });
  afterAll(async () => {
    client.disconnect();
    await service.stop();
  });

  describe('conformance', () => {
    for (const { name, run } of dedupeStoreTests(() => harness(client)())) test(name, run);
  });

  test('every key has a TTL, in every state', async () => {
    await client.flushall();
    const { store, dispose } = await harness(client)();
    const outcome = { kind: 'cutOff' } as const;
    await store.claim('claimed', claim);
    await store.claim('renewed', claim);
    await store.renew('renewed', 'one', 10_000);
    await store.claim('completed', claim);
    await store.settle('completed', 'one', { outcome, retention: 60_000, shareFor: 0 });
    await store.claim('failed', claim);
    await store.settle('failed', 'one', { outcome, retention: 0, shareFor: 5_000 });
    await store.claim('orphan', { ...claim, lease: 10 });
    await waitFor(async () => (await store.claim('orphan', { ...claim, token: 'two' })).kind === 'unknown');
    const keys = await client.keys('*');
    expect(keys).toHaveLength(5);
    for (const key of keys) expect(await client.pttl(key)).toBeGreaterThan(0);
    await dispose();
  });

  test('one client command per transition', async () => {
    const { store, dispose } = await harness(client)();
    await store.claim('warm', claim);
    await store.settle('warm', 'one', { outcome: { kind: 'cutOff' }, retention: 60_000, shareFor: 0 });
    await client.config('RESETSTAT');
    await store.claim('a', claim);
    await store.settle('a', 'one', { outcome: { kind: 'cutOff' }, retention: 60_000, shareFor: 0 });
    await store.claim('a', claim);
    const stats = await client.info('commandstats');
    expect(stats).toMatch(/cmdstat_evalsha:calls=3,/);
    expect(stats).not.toMatch(/cmdstat_eval:/);
    await dispose();
  });

  test('survives SCRIPT FLUSH', async () => {
    const { store, dispose } = await harness(client)();
    await store.claim('a', claim);
    await client.script('FLUSH');
    expect(await store.renew('a', 'one', 1_000)).toBe(true);
    await dispose();
  });

  test('a claim whose reply comes late is given back', async () => {
    const prefix = `t${prefixes++}:`;
    const store = new RedisDedupeStore(client, { prefix, timeout: 30 });
    await store.claim('warm', claim);
    await service.pause();
    await expect(store.claim('late', claim)).rejects.toMatchObject({ code: 'SPARK_REDIS_TIMEOUT' });
    await service.resume();
    await waitFor(
      async () => (await client.exists(`${prefix}{late}`)) === 0 && (await client.ping()) === 'PONG',
    );
    await store.close();
  });

  describe('a follower', () => {
    const signal = new AbortController().signal;
    const outcome = { kind: 'cutOff' } as const;

    test('is woken by a message: its time stands still', async () => {
      const { store, dispose } = await harness(client, new ManualClock())();
      await store.claim('a', claim);
      let wakes = 0;
      // A message that is sent before the subscription stands is lost, so another change follows.
      await waitFor(async () => {
        if (wakes === 0) void store.wait('a', { timeout: 60_000, signal }).then(() => wakes++);
        await store.settle('a', 'one', { outcome, retention: 60_000, shareFor: 0 });
        await client.del(...(await client.keys('*{a}')));
        await store.claim('a', claim);
        return wakes > 0;
      });
      await dispose();
    });

    test('asks by itself where no message comes', async () => {
      const clock = new ManualClock();
      const deaf = new Proxy(client, {
        get: (target, name) => {
          if (name === 'duplicate')
            return () =>
              new Redis({ host: '127.0.0.1', port: 1, lazyConnect: true, retryStrategy: () => null });
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const { store, dispose } = await harness(deaf, clock)();
      await store.claim('a', claim);
      let isAwake = false;
      const waits = store.wait('a', { timeout: 60_000, signal }).then(() => (isAwake = true));
      await clock.advance(249);
      expect(isAwake).toBe(false);
      await clock.advance(1);
      await waits;
      await dispose();
    });
  });

  test('closing leaves the client alone', async () => {
    const { store } = await harness(client)();
    void store.wait('x', { timeout: 10, signal: new AbortController().signal });
    await store.close();
    expect(await client.ping()).toBe('PONG');
  });
});

describe('on a cluster', () => {
  let service: RedisClusterService;
  let cluster: Cluster;
  beforeAll(async () => {
    service = await startRedisCluster();
    cluster = new Cluster(service.nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
    cluster.on('error', () => {});
    await waitFor(() => cluster.status === 'ready');
  });
  afterAll(async () => {
    cluster.disconnect();
    await service.stop();
  });

  for (const { name, run } of dedupeStoreTests(() => harness(cluster)())) test(name, run);
});
