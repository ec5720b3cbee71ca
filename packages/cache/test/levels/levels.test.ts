import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { systemClock } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import { LruMemoryLevel } from '../../src/levels/lru-memory-level.js';
import { RedisLevel } from '../../src/levels/redis-level.js';
import { memoryLevelTests, sharedLevelTests } from '../../src/testing/index.js';

describe('LruMemoryLevel', () => {
  const suite = memoryLevelTests(() => {
    const clock = new ManualClock();
    return Promise.resolve({
      level: new LruMemoryLevel<{ readonly n: number }>({ maxSize: 3, maxBytes: 1_000, clock }),
      elapse: (ms) => clock.advance(ms),
      dispose: () => Promise.resolve(),
    });
  });
  test.each(suite)('$name', ({ run }) => run());
});

describe('RedisLevel', () => {
  let redis: RedisService;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const suite = sharedLevelTests(async () => {
    await redis.command('FLUSHALL');
    const clients = [new Redis(redis.url), new Redis(redis.url)];
    await waitFor(() => clients.every(({ status }) => status === 'ready'));
    const [one, other] = clients.map(
      (client, index) =>
        new RedisLevel({
          ...{ client, prefix: 'p:', origin: `origin-${index}`, channel: 'p:bus', clock: systemClock },
          ...{ maxTags: 100, versionsTTL: 60_000, tombstoneTTL: 60_000 },
          message: (kind) => `o|1|${kind}|[]|`,
        }),
    ) as [RedisLevel, RedisLevel];
    return { one, other, dispose: () => Promise.resolve(clients.forEach((client) => client.disconnect())) };
  });
  test.each(suite)('$name', ({ run }) => run());
});
