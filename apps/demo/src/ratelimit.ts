import type { Middleware } from '@spark-perf/core';
import { SlidingWindowRateLimiter } from '@spark-perf/ratelimit';
import { RedisWindowStore } from '@spark-perf/ratelimit/redis';
import type { Redis } from 'ioredis';

/** The limits of the demo. */
export interface Limiters {
  /** Everything a client does: well above 2,000 requests a second. */
  readonly api: SlidingWindowRateLimiter;
  /** Writes, which cost more. */
  readonly trips: SlidingWindowRateLimiter;
  /** A small one, for a person to run into. */
  readonly trial: SlidingWindowRateLimiter;
  readonly middleware: Middleware;
  close(): Promise<void>;
}

/** Limits per client address; a fleet shares the counts when there is a Redis. */
export function createLimiters(redis: Redis | undefined): Limiters {
  const store = (prefix: string) =>
    redis === undefined ? {} : { store: new RedisWindowStore(redis, { prefix }) };
  const api = new SlidingWindowRateLimiter({
    policies: [
      { name: 'burst', maxRequests: 3_000, windowSize: 1_000 },
      { name: 'sustained', maxRequests: 150_000, windowSize: 60_000 },
    ],
    headers: ['legacy', 'draft-11'],
    ...store('demo:api:'),
  });
  const trips = new SlidingWindowRateLimiter({
    maxRequests: 300,
    windowSize: 10_000,
    precision: 500,
    ...store('demo:trips:'),
  });
  const trial = new SlidingWindowRateLimiter({
    maxRequests: 10,
    windowSize: 10_000,
    precision: 500,
    ...store('demo:trial:'),
  });
  const all = [api, trips, trial];
  const [everything, writes, few] = all.map((limiter) => limiter.middleware());
  return {
    api,
    trips,
    trial,
    middleware: (ctx, next) => {
      if (ctx.path === '/try/burst') return few!(ctx, next);
      if (ctx.method === 'POST' && ctx.path === '/trips') return writes!(ctx, next);
      return everything!(ctx, next);
    },
    async close() {
      await Promise.all(all.map((limiter) => limiter.close()));
    },
  };
}
