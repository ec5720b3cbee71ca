import type { MetricSource, Middleware } from '@spark-perf/core';
import { Cluster, Redis } from 'ioredis';
import { expectAssignable, expectError, expectType } from 'tsd';
import type { CacheSpace, LookupResult } from '@spark-perf/cache';
import { CacheWarmer, MultiLevelCache } from '@spark-perf/cache';
import { postgresDialect, SqlCacheDatabase } from '@spark-perf/cache/sql';

const cache = new MultiLevelCache({ redisClient: new Redis() });
new MultiLevelCache({ redisClient: new Cluster([]) });
new MultiLevelCache({
  databaseClient: new SqlCacheDatabase({ query: () => [], dialect: postgresDialect }),
});
expectError(new MultiLevelCache({ redisClient: { get: 1 } }));
expectError(new MultiLevelCache({ isolation: 'none' }));

expectType<Promise<number>>(cache.getOrSet('k', () => 1));
expectType<Promise<string>>(cache.getOrSet('k', async () => 'a', { ttl: 1, tags: ['t'] }));
expectType<Promise<number | null>>(cache.get<number>('k'));
expectType<Promise<unknown>>(cache.get('k'));
expectType<number | undefined>(cache.peek<number>('k'));
expectType<Promise<(number | null)[]>>(cache.getMany<number>(['k']));
expectType<CacheSpace>(cache.namespace('n'));
expectType<Middleware>(cache.middleware());
expectAssignable<MetricSource>(cache);
expectError(cache.get(1));

const found = (await cache.lookup<number>('k')) satisfies LookupResult<number>;
if (found.hit) expectType<number>(found.value);
else expectError(found.value);

new CacheWarmer(cache.namespace('n')).addPattern({ key: 'k', fetcher: (key) => key.length });
expectError(new CacheWarmer(cache).addPattern({ key: 'k' }));
