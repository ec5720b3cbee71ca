import type { Milliseconds } from '@spark-perf/core';
import type { ServerStats } from './drain/server-group.js';
import type { PhaseName } from './phase.js';

/** What `resources.getStats()` returns. */
export interface LifecycleStats {
  readonly phase: PhaseName;
  readonly uptime: Milliseconds;
  /** Registered resources. */
  readonly resources: number;
  /** `onShutdown` handlers. */
  readonly handlers: number;
  /** In order of registration. */
  readonly servers: readonly ServerStats[];
  /** Cleanups of resources and handlers so far, by outcome. */
  readonly cleanups: { readonly done: number; readonly failed: number; readonly timedOut: number };
  /** Requests that used `addResource`: those that hold something now, those that are over, failed cleanups. */
  readonly requests: { readonly open: number; readonly ended: number; readonly errors: number };
}
