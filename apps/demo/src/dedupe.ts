import { RequestDeduplicator } from '@spark-perf/dedupe';
import { RedisDedupeStore } from '@spark-perf/dedupe/redis';
import type { Redis } from 'ioredis';

/** A trip that is submitted twice is stored once: by its `Idempotency-Key`, or because it is the same request. */
export function createDedupe(redis: Redis | undefined): RequestDeduplicator {
  return new RequestDeduplicator({
    ttl: 10_000,
    // The client's address is who asks here; an API with users mounts this after authentication.
    ...(redis === undefined ? {} : { store: new RedisDedupeStore(redis, { prefix: 'demo:dedupe:' }) }),
  });
}
