import type { Bytes, Clock, Logger, Milliseconds, Random, Ratio } from '@spark-perf/core';
import type { DatabaseClient } from './levels/database-client.js';
import type { CacheRedisClient, PlainRedisClient } from './levels/redis-commands.js';
import type { IsolationMode } from './values/isolation.js';
import type { Serializer } from './values/serializer.js';

/** Options of `MultiLevelCache`. All durations are milliseconds, all sizes bytes. */
export interface MultiLevelCacheOptions {
  /** ioredis's `Redis` or `Cluster`, or the guide's `get`/`setex`/`del`. It stays yours: we never close it. @default none */
  readonly redisClient?: CacheRedisClient | PlainRedisClient | undefined;
  /** The third level, such as `SqlCacheDatabase`. @default none */
  readonly databaseClient?: DatabaseClient | undefined;
  /** Most entries in the first level; at least 1. @default 1000 */
  readonly l1MaxSize?: number | undefined;
  /** Most bytes in the first level, by estimate or `size`; at least 1, or `Infinity`. @default 67_108_864 (64 MiB) */
  readonly l1MaxBytes?: Bytes | undefined;
  /** Longest life in the first level; at least 1. @default 60_000 */
  readonly l1TTL?: Milliseconds | undefined;
  /** Longest life in Redis; at least 1. @default 3_600_000 */
  readonly l2TTL?: Milliseconds | undefined;
  /** Longest life in the database; at least 1. @default 86_400_000 */
  readonly l3TTL?: Milliseconds | undefined;
  /** How long a stale value may be given out, see `SetOptions.grace`. @default 0 */
  readonly grace?: Milliseconds | undefined;
  /** Wait for a slow fetcher when there is a stale value; `Infinity`: the one who fetches waits. @default Infinity */
  readonly softTimeout?: Milliseconds | undefined;
  /** Longest time for a fetcher; at least 1, or `Infinity`. @default 30_000 */
  readonly hardTimeout?: Milliseconds | undefined;
  /** How long errors, `null` and `undefined` of fetchers are remembered; 0: as other values, errors not. @default 0 */
  readonly negativeTTL?: Milliseconds | undefined;
  /** Share of each `ttl` that chance takes off, so that what came together does not leave together. @default 0 */
  readonly ttlJitter?: Ratio | undefined;
  /** How values are kept apart from those who use them. @default 'frozen' */
  readonly isolation?: IsolationMode | undefined;
  /** How values become text for Redis and the database. @default jsonSerializer */
  readonly serializer?: Serializer | undefined;
  /** What all our Redis keys begin with; no braces. @default 'spark:cache:' */
  readonly prefix?: string | undefined;
  /**
   * Longest wait for an answer of Redis or the database, and of a look for its turn where many calls are under way; at
   * least 1. @default 50
   */
  readonly levelTimeout?: Milliseconds | undefined;
  /** Whether of a fleet only one fetches a key at a time; needs Redis. @default false */
  readonly distributedLock?: boolean | undefined;
  /** How long a lease holds without renewal, which comes at a third of it; at least 50. @default 5_000 */
  readonly lockLease?: Milliseconds | undefined;
  /** Longest wait for somebody else's lease; then this process fetches by itself. At least 1. @default 30_000 */
  readonly lockTimeout?: Milliseconds | undefined;
  /** How long a deletion is remembered in Redis; a fetch that takes longer is not kept. At least 1_000. @default 60_000 */
  readonly tombstoneTTL?: Milliseconds | undefined;
  /** Missed writes kept for each level while it is down, of values no more bytes than `l1MaxBytes`; at least 1. @default 10_000 */
  readonly journalSize?: number | undefined;
  /** Invalidated tags remembered, here and in Redis; beyond it more than those is invalid. At least 100. @default 100_000 */
  readonly maxTags?: number | undefined;
  /** Fetches under way; beyond it callers fetch without sharing or keeping. At least 1. @default 10_000 */
  readonly maxFlights?: number | undefined;
  /** Between two signs of life on the channel of invalidations; at least 10. @default 1_000 */
  readonly busHeartbeat?: Milliseconds | undefined;
  /** Where warnings go. @default silent */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Source of chance. @default systemRandom */
  readonly random?: Random | undefined;
}

/** The defaults of `MultiLevelCacheOptions`. */
export const MULTI_LEVEL_CACHE_DEFAULTS = Object.freeze({
  l1MaxSize: 1_000,
  l1MaxBytes: 67_108_864,
  l1TTL: 60_000,
  l2TTL: 3_600_000,
  l3TTL: 86_400_000,
  grace: 0,
  softTimeout: Infinity,
  hardTimeout: 30_000,
  negativeTTL: 0,
  ttlJitter: 0,
  isolation: 'frozen',
  prefix: 'spark:cache:',
  levelTimeout: 50,
  distributedLock: false,
  lockLease: 5_000,
  lockTimeout: 30_000,
  tombstoneTTL: 60_000,
  journalSize: 10_000,
  maxTags: 100_000,
  maxFlights: 10_000,
  busHeartbeat: 1_000,
});
