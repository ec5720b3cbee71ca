export { RedisWindowStore } from './stores/redis-window-store.js';
export type { RedisWindowStoreOptions } from './stores/redis-window-store.js';
