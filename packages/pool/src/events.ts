import type { CircuitState, Milliseconds } from '@spark-perf/core';
import type { DestroyReason } from './entry-state.js';

/** What `ConnectionPool.on` tells. */
export interface ConnectionPoolEvents<T = unknown> {
  /** A connection was created. */
  create: { readonly connection: T; readonly duration: Milliseconds };
  /** An attempt to create one failed. `attempt` counts failures in a row, from 1. */
  createError: { readonly error: unknown; readonly attempt: number };
  /** A connection left the pool. */
  destroy: { readonly connection: T; readonly reason: DestroyReason };
  /** `destroy` of the factory threw, rejected or took longer than `destroyTimeout`. */
  destroyError: { readonly connection: T; readonly error: unknown };
  /** `validate` said no (`error` undefined), failed or took longer than `validateTimeout`. */
  unhealthy: { readonly connection: T; readonly error: unknown };
  /** A connection said `error`, `end` or `close` by itself. */
  connectionError: { readonly connection: T; readonly error: unknown };
  /** A caller waited in vain. */
  timeout: { readonly waited: Milliseconds; readonly waiting: number };
  /** A connection has been borrowed for longer than `leakDetection`. Told once per borrow. */
  leak: LeakReport<T>;
  /** Creation of connections works again or no longer. */
  breaker: { readonly state: CircuitState; readonly cause: unknown };
  /** `begin`, `commit` or `rollback` of a request's transaction failed. */
  transactionError: { readonly step: 'begin' | 'commit' | 'rollback'; readonly error: unknown };
  /** The pool is closed; `forced` connections were still borrowed at the deadline. */
  close: { readonly forced: number };
}

export interface LeakReport<T = unknown> {
  readonly connection: T;
  readonly heldFor: Milliseconds;
  /** The `label` it was acquired with. */
  readonly label: string | undefined;
  /** Where it was acquired. Sampled, and only once a leak has been seen. */
  readonly stack: string | undefined;
}
