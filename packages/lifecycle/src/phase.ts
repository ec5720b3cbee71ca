import type { Milliseconds } from '@spark-perf/core';
import type { ShutdownCause } from './shutdown-cause.js';

/** What a shutdown came to. */
export interface ShutdownResult {
  /** Everything that failed or ran out of time; absent when nothing did. */
  readonly errors?: AggregateError;
}

/**
 * Where a manager is. Shutdown goes through `unready` (readiness is off, traffic still comes), `draining` (servers),
 * `handlers` (`onShutdown`), `resources` and ends in `closed`.
 */
export type Phase =
  | { readonly name: 'starting' }
  | { readonly name: 'running' }
  | {
      readonly name: 'unready' | 'draining' | 'handlers' | 'resources';
      readonly cause: ShutdownCause;
      /** By the manager's monotonic clock. */
      readonly since: Milliseconds;
    }
  | { readonly name: 'closed'; readonly cause: ShutdownCause; readonly result: ShutdownResult };

export type PhaseName = Phase['name'];
