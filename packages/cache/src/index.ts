export { Semaphore } from '@spark-perf/core';
export { CacheSpace } from './cache-space.js';
export type { CacheEntry } from './cache-space.js';
export type { CacheStats, OuterLevelStats } from './cache-stats.js';
export type { FetchContext, Fetcher, GetOrSetOptions, SetOptions } from './entry-options.js';
export {
  CacheClosedError,
  FetchTimeoutError,
  InvalidKeyError,
  LevelUnavailableError,
  UnserializableError,
} from './errors.js';
export type { CacheEvents, LevelName } from './events.js';
export type { DatabaseClient } from './levels/database-client.js';
export type { CacheRedisClient, PlainRedisClient, RedisPipeline } from './levels/redis-commands.js';
export type { LookupResult } from './lookup-result.js';
export { MultiLevelCache } from './multi-level-cache.js';
export { MULTI_LEVEL_CACHE_DEFAULTS } from './options.js';
export type { MultiLevelCacheOptions } from './options.js';
export type { IsolationMode } from './values/isolation.js';
export { jsonSerializer } from './values/json-serializer.js';
export type { Serializer } from './values/serializer.js';
export { CacheWarmer } from './warmer/cache-warmer.js';
export type { CacheWarmerEvents, CacheWarmerStats, PatternStats } from './warmer/cache-warmer.js';
export { CACHE_WARMER_DEFAULTS } from './warmer/cache-warmer-options.js';
export type { CacheWarmerOptions, WarmPattern } from './warmer/cache-warmer-options.js';
export { HTTP_CACHE_DEFAULTS } from './http/http-cache-options.js';
export type { HttpCacheOptions, HttpCacheRule, HttpKeyFunction } from './http/http-cache-options.js';
