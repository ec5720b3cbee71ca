export { ConnectionPool } from './connection-pool.js';
export type { DestroyReason } from './entry-state.js';
export {
  CommitError,
  CreateTimeoutError,
  DuplicateConnectionError,
  LeaseEndedError,
  PoolClosedError,
  PoolQueueFullError,
  PoolTimeoutError,
  PoolUnavailableError,
  ReleaseError,
  RequestEndedError,
} from './errors.js';
export type { ConnectionPoolEvents, LeakReport } from './events.js';
export type { ConnectionFactory } from './factory.js';
export type { HealthReport } from './health-check.js';
export { Lease } from './lease.js';
export { connection, db } from './middleware/db.js';
export type { Asynchronous, Facade } from './middleware/db.js';
export type { PoolMiddlewareOptions } from './middleware/middleware-options.js';
export { CONNECTION_POOL_DEFAULTS } from './options.js';
export type { AcquireOptions, ConnectionPoolOptions } from './options.js';
export type { DurationStats, PoolStats } from './pool-stats.js';
export type { CloseOptions } from './shutdown.js';
export { tarnPool } from './tarn-pool.js';
export type { TarnPool } from './tarn-pool.js';
