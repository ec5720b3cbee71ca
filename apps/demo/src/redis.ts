import { Redis } from 'ioredis';
import type { Settings } from './settings.js';

/** The Redis that `REDIS_URL` names. When it is away everything goes on without. */
export function connectRedis({ redisUrl }: Settings): Redis | undefined {
  if (redisUrl === undefined) return undefined;
  const redis = new Redis(redisUrl, {
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
  });
  redis.on('error', () => {}); // told by the engines' own events
  return redis;
}
