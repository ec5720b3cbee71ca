export { binaries } from './binaries.js';
export type { BinaryName, BinarySource } from './binaries.js';
export { findBinary } from './find-binary.js';
export { findChromium } from './find-chromium.js';
export { locateBinary } from './locate-binary.js';
export { MissingBinaryError } from './missing-binary-error.js';

export { startRedis } from './start-redis.js';
export type { RedisOptions, RedisService } from './start-redis.js';
export { startRedisCluster } from './start-redis-cluster.js';
export type { RedisClusterOptions, RedisClusterService } from './start-redis-cluster.js';
export { startPostgres } from './start-postgres.js';
export type { PostgresOptions, PostgresService } from './start-postgres.js';
export type { Service } from './service.js';

export { freePort } from './free-port.js';
export { redisCommand } from './redis-command.js';
export type { RedisReply } from './redis-command.js';
export { soakCount } from './soak-count.js';
export { testSeed } from './test-seed.js';
export { waitFor } from './wait-for.js';
export type { WaitOptions } from './wait-for.js';
