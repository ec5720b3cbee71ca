export type { RateLimitDecision } from './decision.js';
export {
  InvalidRateLimitKeyError,
  RateLimitStoreTimeoutError,
  RateLimitStoreUnavailableError,
  TooManyPlansError,
} from './errors.js';
export type { RateLimiterEvents } from './events.js';
export { ipKey } from './ip-key.js';
export type { KeyGenerator } from './key-generator.js';
export { RATE_LIMITER_DEFAULTS } from './options.js';
export type { RateLimiterOptions, StoreErrorMode } from './options.js';
export type { RateLimitPolicy, WindowPolicy } from './policy.js';
export { startOf, stepOf, windowPolicy } from './policy.js';
export type { HeaderStyle } from './rate-limit-headers.js';
export type { RateLimiterStats } from './rate-limiter-stats.js';
export { SlidingWindowRateLimiter } from './sliding-window-rate-limiter.js';
export type { RateLimitMiddlewareOptions } from './sliding-window-rate-limiter.js';
export { MapWindowStore } from './stores/map-window-store.js';
export type { MapWindowStoreOptions } from './stores/map-window-store.js';
export { MEMORY_WINDOW_STORE_DEFAULTS, MemoryWindowStore } from './stores/memory-window-store.js';
export type { MemoryWindowStoreOptions, TableFull } from './stores/memory-window-store.js';
export type { DeniedKey } from './top-denied.js';
export type {
  AsyncWindows,
  AsyncWindowStore,
  SyncWindows,
  SyncWindowStore,
  WindowOutcome,
  WindowSpec,
  WindowStore,
  WindowStoreStats,
} from './window-store.js';
