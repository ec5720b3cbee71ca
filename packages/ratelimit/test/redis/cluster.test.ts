import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RedisClusterService } from '@spark-perf/test-services';
import { startRedisCluster } from '@spark-perf/test-services';
import { Cluster } from 'ioredis';
import { windowPolicy } from '../../src/policy.js';
import { RedisWindowStore } from '../../src/stores/redis-window-store.js';
import { SlidingWindowRateLimiter } from '../../src/sliding-window-rate-limiter.js';

let cluster: RedisClusterService;
let client: Cluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
  client = new Cluster([...cluster.endpoints]);
  await client.set('ready', 'yes');
}, 90_000);
afterAll(async () => {
  client.disconnect();
  await cluster.stop();
});

describe('a cluster', () => {
  test('counts keys on all nodes, several policies each', async () => {
    const limiter = new SlidingWindowRateLimiter({
      policies: [
        { name: 'burst', maxRequests: 3, windowSize: 600_000 },
        { name: 'long', maxRequests: 50, windowSize: 6_000_000 },
      ],
      store: new RedisWindowStore(client, { prefix: 'many:' }),
      storeTimeout: 10_000,
    });
    for (let key = 0; key < 60; key++) {
      const answers = [];
      for (let i = 0; i < 4; i++) answers.push((await limiter.isAllowed(`k${key}`)).allowed);
      expect(answers).toEqual([true, true, true, false]);
    }
    const sizes = await Promise.all(client.nodes('master').map((node) => node.dbsize()));
    expect(sizes.every((size) => size > 0)).toBe(true);
    expect(limiter.getStats().storeErrors).toBe(0);
    await limiter.close();
  });

  test('resets one key and all keys', async () => {
    const policies = [windowPolicy({ name: 'default', maxRequests: 1, windowSize: 600_000 })];
    const spec = { namespace: '', policies, countRejected: false, concurrency: 0 };
    const windows = new RedisWindowStore(client, { prefix: 'reset:' }).open(spec);
    for (let key = 0; key < 30; key++) await windows.consume(`k${key}`, 1);
    await windows.reset('k3');
    expect((await windows.consume('k3', 1)).allowed).toBe(true);
    await windows.resetAll();
    for (let key = 0; key < 30; key++) expect((await windows.consume(`k${key}`, 1)).allowed).toBe(true);
  });
});
