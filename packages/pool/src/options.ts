import type { Clock, Logger, Milliseconds, Random, Ratio } from '@spark-perf/core';

/** Options of `ConnectionPool`. All durations are milliseconds; `Infinity` switches a limit off where it is allowed. */
export interface ConnectionPoolOptions {
  /** Names the pool in its metrics. @default 'pool' */
  readonly name?: string | undefined;
  /** Connections kept open even when unused; 0 to `maxSize`. @default 5 (or `maxSize`, where that is less) */
  readonly minSize?: number | undefined;
  /** Most connections, open and being created together; at least 1. @default 20 */
  readonly maxSize?: number | undefined;
  /** Unused for this long, a connection above `minSize` is closed; at least 1 or `Infinity`. @default 300_000 */
  readonly idleTimeout?: Milliseconds | undefined;
  /** Pause between two checks of the idle connections; at least 10 or `Infinity`. @default 60_000 */
  readonly healthCheckInterval?: Milliseconds | undefined;
  /** How often a failed creation is tried again before waiters are refused; 0 to 100. @default 3 */
  readonly maxRetries?: number | undefined;
  /** How long `acquire` waits for a connection; at least 1. @default 10_000 */
  readonly acquireTimeout?: Milliseconds | undefined;
  /** Deadline of the factory's `create`; at least 1. @default 10_000 */
  readonly createTimeout?: Milliseconds | undefined;
  /** Deadline of the factory's `destroy`; at least 1. @default 5_000 */
  readonly destroyTimeout?: Milliseconds | undefined;
  /** Deadline of the factory's `validate`; at least 1. @default 2_000 */
  readonly validateTimeout?: Milliseconds | undefined;
  /** Deadline of the factory's `reset`, `begin`, `commit` and `rollback`; at least 1. @default 2_000 */
  readonly resetTimeout?: Milliseconds | undefined;
  /** Pause before the first retry of a creation; doubles each time, less up to 20 %; at least 1. @default 50 */
  readonly retryDelay?: Milliseconds | undefined;
  /** Cap of that pause; at least `retryDelay`. @default 5_000 */
  readonly maxRetryDelay?: Milliseconds | undefined;
  /** Age at which a connection is replaced; at least 1 or `Infinity`. @default 1_800_000 */
  readonly maxLifetime?: Milliseconds | undefined;
  /** Share of `maxLifetime` that chance takes off, so that connections don't age in step; 0 to 1. @default 0.1 */
  readonly lifetimeJitter?: Ratio | undefined;
  /** Connections unused for longer are validated before they are lent; 0 to `Infinity`. @default 500 */
  readonly validateAfterIdle?: Milliseconds | undefined;
  /** Idle connections silent for longer are validated, so that nothing on the way drops them; at least 10. @default Infinity */
  readonly keepalive?: Milliseconds | undefined;
  /** Most callers that may wait at once; at least 1. @default 1_000 */
  readonly maxWaiters?: number | undefined;
  /** Borrows after which a connection is replaced; at least 1 or `Infinity`. @default Infinity */
  readonly maxUses?: number | undefined;
  /** Whether callers are refused at once while connections can't be created, instead of waiting. @default true */
  readonly failFast?: boolean | undefined;
  /** Which idle connection is lent: the one used last keeps the others free to go; the other way all stay warm. @default 'lifo' */
  readonly idleOrder?: 'lifo' | 'fifo' | undefined;
  /** Borrowed for longer than this counts as a leak; at least 10 or `Infinity`. @default Infinity */
  readonly leakDetection?: Milliseconds | undefined;
  /** Whether an error that a user met means that the connection is unusable. @default the factory's, else socket errors */
  readonly isFatal?: ((error: unknown) => boolean) | undefined;
  /** Told of leaks, failures and errors thrown by listeners. @default silentLogger */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Source of chance. @default systemRandom */
  readonly random?: Random | undefined;
}

/** How `acquire`, `lease` and `use` may be asked. */
export interface AcquireOptions {
  /** Gives up the wait: the promise rejects with the signal's reason. @default undefined */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait, at least 0. @default acquireTimeout */
  readonly timeout?: Milliseconds | undefined;
  /** 0 to 9; lower goes first, first come first served within one. @default 0 */
  readonly priority?: number | undefined;
  /** Names the borrower in leak reports. @default undefined */
  readonly label?: string | undefined;
}

/** The defaults of `ConnectionPoolOptions`. */
export const CONNECTION_POOL_DEFAULTS = Object.freeze({
  name: 'pool',
  minSize: 5,
  maxSize: 20,
  idleTimeout: 300_000,
  healthCheckInterval: 60_000,
  maxRetries: 3,
  acquireTimeout: 10_000,
  createTimeout: 10_000,
  destroyTimeout: 5_000,
  validateTimeout: 2_000,
  resetTimeout: 2_000,
  retryDelay: 50,
  maxRetryDelay: 5_000,
  maxLifetime: 1_800_000,
  lifetimeJitter: 0.1,
  validateAfterIdle: 500,
  keepalive: Infinity,
  maxWaiters: 1_000,
  maxUses: Infinity,
  failFast: true,
  idleOrder: 'lifo',
  leakDetection: Infinity,
} as const);
