import { retainedBytes } from '../../memory.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import { SlidingWindowRateLimiter } from '@spark-perf/ratelimit';
import { express, fastify, flexible, ignore, LIMIT, WINDOW } from './peers.js';

/** Bytes a key, of all that stays alive, at several fillings of the table. */
export async function* footprint(ctx: BenchContext): AsyncGenerator<Row> {
  const count = ctx.scale(200_000, 100_000, 2_000);
  const rounds = ctx.scale(3, 2, 1);
  const keyOf = (i: number): string => `user:${i}`;
  const table = (buckets: number) => (keys: number) => {
    const limiter = new SlidingWindowRateLimiter({ windowSize: WINDOW, precision: WINDOW / buckets });
    for (let i = 0; i < keys; i++) limiter.check(keyOf(i));
    return limiter;
  };
  const peers = {
    'rate-limiter-flexible': await retainedBytes(
      async (keys) => {
        const limiter = flexible();
        for (let i = 0; i < keys; i++) await limiter.consume(keyOf(i));
        return limiter;
      },
      count,
      rounds,
    ),
    'express-rate-limit': await retainedBytes(
      async (keys) => {
        const store = express();
        for (let i = 0; i < keys; i++) await store.increment(keyOf(i));
        return store;
      },
      count,
      rounds,
    ),
    '@fastify/rate-limit': await retainedBytes(
      (keys) => {
        const store = fastify(keys);
        for (let i = 0; i < keys; i++) store.incr(keyOf(i), ignore, WINDOW, LIMIT);
        return store;
      },
      count,
      rounds,
    ),
  };
  for (const [buckets, target] of [
    [10, '<= 80'],
    [60, '<= 200'],
  ] as const) {
    for (const share of [0.5, 0.75, 1]) {
      const keys = Math.round(count * share);
      const ours = await retainedBytes(table(buckets), keys, rounds);
      const claim = `a key with ${buckets} buckets, of ${keys.toLocaleString('en-US')}`;
      yield row({ claim, ours, peers, target, note: 'peers keep one counter' });
    }
  }
}
