import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '@spark-perf/core';
import type { RedisClusterService } from '@spark-perf/test-services';
import { startRedisCluster, waitFor } from '@spark-perf/test-services';
import { Cluster } from 'ioredis';
import { MultiLevelCache } from '../../src/index.js';
import { RedisLevel } from '../../src/levels/redis-level.js';

let service: RedisClusterService;
let clients: Cluster[];
let caches: MultiLevelCache[];

beforeAll(async () => {
  service = await startRedisCluster();
  clients = [0, 1].map(() => new Cluster([...service.endpoints]));
  await waitFor(() => clients.every((client) => client.status === 'ready'));
  caches = clients.map((redisClient) => new MultiLevelCache({ redisClient, levelTimeout: 2_000 }));
  await waitFor(() => caches.every((cache) => cache.getStats().busUp));
}, 90_000);
afterAll(async () => {
  await Promise.all((caches ?? []).map((cache) => cache.close()));
  for (const client of clients ?? []) client.disconnect();
  await service?.stop();
});

test('keys of all slots: set, getMany, tags, leases, clear', async () => {
  const [a, b] = caches as [MultiLevelCache, MultiLevelCache];
  const keys = Array.from({ length: 60 }, (_, i) => `key{${i}}${i}}`);
  await a.setMany(keys.map((key, value) => ({ key, value, tags: [value % 2 === 0 ? 'even' : 'odd'] })));
  expect(await b.getMany(keys)).toEqual(keys.map((_, i) => i));
  await a.invalidateTags(['odd']);
  await waitFor(() => keys.every((key, i) => i % 2 === 0 || b.peek(key) === undefined));
  expect(await b.getMany(keys)).toEqual(keys.map((_, i) => (i % 2 === 0 ? i : null)));
  let fetches = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 === 0 ? a : b).getOrSet('}{', () => ++fetches, { distributedLock: true }),
    ),
  );
  expect(fetches).toBe(1);
  await b.clear();
  await waitFor(() => keys.every((key) => a.peek(key) === undefined));
  expect(await a.getMany(keys)).toEqual(keys.map(() => null));
  expect(a.getStats().l2?.errors).toBe(0);
});

test('a set that arrives late takes the place of no newer one: each key has the clock of its own node', async () => {
  const [client] = clients as [Cluster];
  const open = (origin: string) =>
    new RedisLevel({
      ...{ client, prefix: 'late:', origin, channel: 'late:bus', message: () => '', clock: systemClock },
      ...{ maxTags: 100, versionsTTL: 60_000, tombstoneTTL: 60_000 },
    });
  const [ours, others] = [open('a-------'), open('b-------')];
  expect(await ours.time()).toBe(0); // no single one
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const time = await ours.time(key);
    const generation = await others.write({ key, body: 'newer', ttl: 60_000 });
    // A generation is the time of the key's node in µs.
    expect([generation > time, generation - time < 60_000_000]).toEqual([true, true]);
    expect(await ours.replay({ key, body: 'older', ttl: 60_000 }, time, true)).toBe(0);
  }
});
