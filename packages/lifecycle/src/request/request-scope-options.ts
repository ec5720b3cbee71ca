import type { Milliseconds } from '@spark-perf/core';

/** Options of `resources.middleware`. */
export interface RequestScopeOptions {
  /** How long one cleanup may take; more than 0. The next one begins then. @default cleanupTimeout */
  readonly timeout?: Milliseconds | undefined;
}
