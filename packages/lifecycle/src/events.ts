import type { Milliseconds } from '@spark-perf/core';
import type { DrainReport } from './drain/drain-report.js';
import type { PhaseName, ShutdownResult } from './phase.js';

/** Events of `ResourceManager`. */
export interface ResourceManagerEvents {
  /** A `run(main)` finished: start-up is over. */
  started: { readonly duration: Milliseconds };
  /** A shutdown begins. */
  shutdown: { readonly reason: string };
  /** The manager entered a phase. */
  phase: { readonly phase: PhaseName; readonly previous: PhaseName; readonly reason: string };
  /** A server is drained. */
  drained: DrainReport;
  /** A resource or handler was cleaned up. */
  cleanup: { readonly resource: string; readonly duration: Milliseconds };
  /** A cleanup failed or ran out of time. */
  cleanupError: {
    readonly scope: 'shutdown' | 'unregister' | 'request';
    readonly resource: string;
    readonly error: unknown;
  };
  /** The shutdown is over; the process exits next, unless `exit: false`. */
  closed: { readonly reason: string; readonly duration: Milliseconds } & ShutdownResult;
}
