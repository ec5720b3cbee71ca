import { waitFor } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import type { MultiLevelCacheOptions } from '../../src/index.js';
import { MultiLevelCache } from '../../src/index.js';

/** One process of a fleet, as far as Redis can tell. */
export interface Instance {
  readonly cache: MultiLevelCache;
  readonly client: Redis;
  readonly errors: unknown[];
  close(): Promise<void>;
}

/** Opens an instance and waits until it hears the others. */
export async function openInstance(
  url: string,
  options: MultiLevelCacheOptions = {},
  awaitBus = true,
): Promise<Instance> {
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: 1 });
  const errors: unknown[] = [];
  client.on('error', () => {});
  if (awaitBus) await waitFor(() => client.status === 'ready');
  const cache = new MultiLevelCache({
    redisClient: client,
    levelTimeout: 2_000,
    busHeartbeat: 200,
    ...options,
  });
  cache.on('levelError', ({ error }) => errors.push(error));
  if (awaitBus) await waitFor(() => cache.getStats().busUp);
  const close = async (): Promise<void> => {
    await cache.close();
    client.disconnect();
  };
  return { cache, client, errors, close };
}
