import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { SlidingWindowRateLimiter } from '@spark-perf/ratelimit';
import { RedisWindowStore } from '@spark-perf/ratelimit/redis';
import { startRedis } from '@spark-perf/test-services';
import type { Contender } from '../../measure.js';
import { race } from '../../measure.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import { LIMIT, WINDOW } from './peers.js';

const IN_FLIGHT = 256;
const KEYS = 1_000;

/** Decisions over Redis on loopback. */
export async function* onRedis(ctx: BenchContext): AsyncGenerator<Row> {
  const server = await startRedis();
  ctx.defer(() => server.stop());
  const connect = async (): Promise<Redis> => {
    const client = new Redis(server.url);
    ctx.defer(() => client.disconnect());
    await client.ping();
    return client;
  };
  yield* throughput(ctx, await connect(), await connect());
  yield* commands(await connect());
  yield* bytes(await connect());
}

async function* throughput(ctx: BenchContext, client: Redis, other: Redis): AsyncGenerator<Row> {
  const limiter = new SlidingWindowRateLimiter({
    maxRequests: LIMIT,
    windowSize: WINDOW,
    precision: WINDOW / 20,
    store: new RedisWindowStore(client),
    storeTimeout: 5_000,
  });
  const rlf = new RateLimiterRedis({
    storeClient: other,
    points: LIMIT,
    duration: WINDOW / 1_000,
    keyPrefix: 'rlf',
  });
  const figures = await race(
    ctx,
    {
      ours: inFlight((i) => limiter.isAllowed(`k${i % KEYS}`)),
      'rate-limiter-flexible': inFlight((i) => rlf.consume(`k${i % KEYS}`)),
    },
    { roundTime: ctx.scale(1_000, 400, 50) },
  );
  const errors = limiter.getStats().storeErrors;
  if (errors > 0) throw new Error(`${errors} store errors`);
  const { ours, ...peers } = figures;
  const claim = `Redis: a decision at ${IN_FLIGHT} in flight`;
  yield row({ claim, ours, peers, inverse: true, target: '>= 1x' });
}

/** Keeps so many calls on the way. */
function inFlight(operation: (index: number) => Promise<unknown>): Contender {
  return async (times) => {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < times) await operation(next++);
    };
    await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, times) }, worker));
  };
}

async function* commands(client: Redis): AsyncGenerator<Row> {
  const limiter = new SlidingWindowRateLimiter({
    policies: [
      { name: 'burst', maxRequests: 100, windowSize: 1_000 },
      { name: 'daily', maxRequests: 10_000, windowSize: 86_400_000 },
    ],
    store: new RedisWindowStore(client, { prefix: 'commands:' }),
    storeTimeout: 5_000,
  });
  await limiter.isAllowed('warm up');
  await client.config('RESETSTAT');
  const times = 50;
  for (let i = 0; i < times; i++) await limiter.isAllowed('k');
  const stats = await client.info('commandstats');
  const calls = Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]);
  yield row({
    claim: 'Redis: commands per decision',
    ours: calls / times,
    target: '= 1',
    note: 'EVALSHA in INFO commandstats; two policies',
  });
}

async function* bytes(client: Redis): AsyncGenerator<Row> {
  const limiter = new SlidingWindowRateLimiter({
    maxRequests: 100_000,
    windowSize: 2_000,
    precision: 100,
    store: new RedisWindowStore(client, { prefix: 'bytes:' }),
    storeTimeout: 5_000,
  });
  const key = '203.0.113.195';
  for (let bucket = 0; bucket < 25; bucket++) {
    for (let i = 0; i < 10; i++) await limiter.isAllowed(key);
    await new Promise((resolve) => setTimeout(resolve, 95));
  }
  const ours = Number(await client.memory('USAGE', `bytes:{${key}}`));
  yield row({
    claim: 'Redis: a key with 20 buckets',
    ours,
    unit: 'B',
    target: '<= 250',
    note: 'MEMORY USAGE',
  });
}
