import { Redis } from 'ioredis';
import { MultiLevelCache } from '@spark-perf/cache';
import { startRedis } from '@spark-perf/test-services';
import { race } from '../../measure.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import { KEYS, TTL, VALUE } from './peers.js';

const BATCH = 100;

/** Batches from the second level, over Redis on loopback. */
export async function* onRedis(ctx: BenchContext): AsyncGenerator<Row> {
  const server = await startRedis();
  ctx.defer(() => server.stop());
  const [client, raw] = [new Redis(server.url), new Redis(server.url)];
  ctx.defer(() => [client, raw].forEach((one) => one.disconnect()));
  await Promise.all([client.ping(), raw.ping()]);
  // What was promoted is gone with the next batch: every look goes to Redis.
  const cache = new MultiLevelCache({ redisClient: client, l1MaxSize: 1, l2TTL: TTL, levelTimeout: 10_000 });
  const shared = new MultiLevelCache({
    ...{ redisClient: client, l1MaxSize: 1, l2TTL: TTL, levelTimeout: 10_000, isolation: 'shared' },
  });
  ctx.defer(() => Promise.all([cache.close(), shared.close()]));
  await cache.setMany(KEYS.map((key) => ({ key, value: VALUE })));
  for (const key of KEYS) await raw.set(`raw:${key}`, JSON.stringify(VALUE));
  const batch = (index: number): readonly string[] => {
    const start = (index * BATCH) % (KEYS.length - BATCH);
    return KEYS.slice(start, start + BATCH);
  };
  const contenders = {
    getMany: async (times: number) => {
      for (let i = 0; i < times; i++) await cache.getMany(batch(i));
    },
    'getMany, shared': async (times: number) => {
      for (let i = 0; i < times; i++) await shared.getMany(batch(i));
    },
    'MGET and JSON.parse': async (times: number) => {
      for (let i = 0; i < times; i++) {
        const texts = await raw.mget(batch(i).map((key) => `raw:${key}`));
        for (const text of texts) JSON.parse(text ?? 'null');
      }
    },
    MGET: async (times: number) => {
      for (let i = 0; i < times; i++) await raw.mget(batch(i).map((key) => `raw:${key}`));
    },
  };
  // Between rounds garbage is collected, which throws compiled code away too: rounds that short would measure that.
  const figures = await race(ctx, contenders, { roundTime: ctx.scale(600, 400, 5) });
  const peers = { MGET: figures.MGET, 'MGET and JSON.parse': figures['MGET and JSON.parse'] };
  yield row({
    claim: 'getMany(100) from Redis, shared: against a raw MGET of 100',
    ours: figures['getMany, shared'],
    peers,
    target: '<= 1.3x',
    note: 'ns per batch; ours reads versions too, parses, and puts into the first level',
  });
  yield row({
    claim: 'getMany(100) from Redis, frozen (our default)',
    ours: figures.getMany,
    peers,
    note: 'reported only: MGET gives text, not objects that nobody can change',
  });
}
