export { REDIS_DEDUPE_STORE_DEFAULTS, RedisDedupeStore } from './stores/redis-dedupe-store.js';
export type { RedisDedupeStoreOptions } from './stores/redis-dedupe-store.js';
