import { createRequire } from 'node:module';
import { MemoryStore } from 'express-rate-limit';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { SlidingWindowRateLimiter } from '@spark-perf/ratelimit';

/** Above what any round asks for: all measure the way of a request that passes. */
export const LIMIT = 2 ** 31 - 1;
export const WINDOW = 600_000;

interface FastifyStore {
  incr(key: string, done: (error: unknown, result: unknown) => void, window: number, max: number): void;
}

/** `@fastify/rate-limit` offers its store only as a file. */
const LocalStore = createRequire(import.meta.url)('@fastify/rate-limit/store/LocalStore.js') as new (
  continueExceeding: boolean,
  exponentialBackoff: boolean,
  cache: number,
) => FastifyStore;

export const ours = (maxRequests: number, precision: number): SlidingWindowRateLimiter =>
  new SlidingWindowRateLimiter({ maxRequests, windowSize: WINDOW, precision });

export const flexible = (points = LIMIT): RateLimiterMemory =>
  new RateLimiterMemory({ points, duration: WINDOW / 1_000 });

export function express(): MemoryStore {
  const store = new MemoryStore();
  store.init({ windowMs: WINDOW } as Parameters<MemoryStore['init']>[0]);
  return store;
}

/** @param keys its least recently used map holds; as many as are asked for, or it would forget */
export const fastify = (keys: number): FastifyStore => new LocalStore(false, false, keys);

export const ignore = (): void => {};
