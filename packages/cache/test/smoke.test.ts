import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startRedis, waitFor } from '@spark-perf/test-services';
import type { RedisService } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import { MultiLevelCache } from '../src/index.js';

let service: RedisService;
let a: Redis, b: Redis;
let A: MultiLevelCache, B: MultiLevelCache;
const open = () => new Redis(service.url, { maxRetriesPerRequest: 1 });
beforeAll(async () => {
  service = await startRedis();
  a = open();
  b = open();
  await waitFor(() => a.status === 'ready' && b.status === 'ready');
  A = new MultiLevelCache({ redisClient: a, levelTimeout: 2000 });
  B = new MultiLevelCache({ redisClient: b, levelTimeout: 2000 });
  for (const c of [A, B]) {
    c.on('levelError', (e) => console.log(e));
  }
  await waitFor(() => A.getStats().busUp && B.getStats().busUp);
});
afterAll(async () => {
  await A.close();
  await B.close();
  a.disconnect();
  b.disconnect();
  await service.stop();
});

test('smoke', async () => {
  await A.set('k', { v: 1 });
  expect(await B.get('k')).toEqual({ v: 1 });
  await waitFor(async () => (await B.get('k')) && B.peek('k') !== undefined);
  await A.set('k', { v: 2 });
  await waitFor(() => B.peek('k') === undefined);
  expect(await B.get('k')).toEqual({ v: 2 });
  await A.invalidate('k');
  await waitFor(() => B.peek('k') === undefined);
  expect(await B.get('k')).toBeNull();
  let n = 0;
  const r = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      (i % 2 ? A : B).getOrSet('f', async () => ++n, { distributedLock: true }),
    ),
  );
  expect(n).toBe(1);
  expect(new Set(r)).toEqual(new Set([1]));
  await A.set('t', 1, { tags: ['x'] });
  expect(await B.get('t')).toBe(1);
  await B.invalidateTags(['x']);
  expect(await B.get('t')).toBeNull();
  await waitFor(() => A.peek('t') === undefined);
  expect(await A.get('t')).toBeNull();
  const ns = A.namespace('u');
  await ns.set('q', undefined);
  expect(await B.namespace('u').lookup('q')).toMatchObject({ hit: true, value: undefined, level: 'l2' });
  await B.clear();
  expect(await B.namespace('u').lookup('q')).toEqual({ hit: false });
  expect(await B.getMany(['k', 't', 'f'])).toEqual([null, null, null]);
  await A.setMany([
    { key: 'k', value: 1 },
    { key: 't', value: new Date(0), tags: ['z'] },
  ]);
  expect(await B.getMany(['k', 't', 'f'])).toEqual([1, new Date(0), null]);
});
