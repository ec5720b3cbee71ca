import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { MultiLevelCache } from '@spark-perf/cache';
import { Redis } from 'ioredis';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';

const PATIENCE = 4_000;

/** What a Redis costs that is not there: nobody listens on port 1. All clients have the default options of ioredis. */
export async function* deadRedis(ctx: BenchContext): AsyncGenerator<Row> {
  const client = (): Redis => {
    const redis = new Redis({ port: 1, host: '127.0.0.1' });
    redis.on('error', () => {});
    ctx.defer(() => redis.disconnect());
    return redis;
  };
  const cache = new MultiLevelCache({ redisClient: client() });
  ctx.defer(() => cache.close());
  const store = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 1_000 }))
    .useL2Layer(redisDriver({ connection: client() }));
  const bento = new BentoCache({ default: 'tiered', stores: { tiered: store }, ttl: '1h' });
  const peers = { bentocache: await took(() => bento.getOrSet({ key: 'first', factory: () => 1 })) };
  yield row({
    claim: 'Redis unreachable: the first miss',
    ours: await took(() => cache.getOrSet('first', () => 1)),
    peers,
    unit: 'ms',
    target: '<= 100',
    note: `levelTimeout is 50 ms; ${PATIENCE} ms: had not answered by then`,
  });
  let longest = 0;
  for (let i = 0; i < 200; i++)
    longest = Math.max(longest, await took(() => cache.getOrSet(`k${i}`, () => i)));
  yield row({
    claim: 'Redis unreachable: longest of 200 misses after the first',
    ours: longest,
    unit: 'ms',
    target: '<= 50',
  });
}

/** How long a call takes, in ms; no longer than we have patience for. */
async function took(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await Promise.race([call().catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  return performance.now() - start;
}
