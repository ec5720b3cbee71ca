import type { Milliseconds } from '@spark-perf/core';

/** What every event of a worker says of it. */
export interface WorkerFacts {
  /** The worker's place, from 0; it stays when the process in it is replaced. */
  readonly slot: number;
  readonly pid: number | undefined;
  /** What the worker's `main` returned; undefined before it is ready. */
  readonly report: unknown;
}

/** Events of `ClusterManager`, in the primary. */
export interface ClusterManagerEvents {
  /** A worker listens and is ready. With `workers: 0`: this process is. */
  ready: WorkerFacts & { readonly duration: Milliseconds };
  /** A worker was told to drain and exit. */
  draining: WorkerFacts & { readonly reason: string };
  /** A worker has exited. `expected`: it was told to, after having been ready. */
  gone: WorkerFacts & {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly expected: boolean;
  };
  /** A crashed worker will be started again after `delay`. */
  backoff: { readonly slot: number; readonly crashes: number; readonly delay: Milliseconds };
  /** Workers crash again and again. The primary exits with 1, unless `exit: false`. */
  gaveUp: { readonly crashes: number };
  /** All workers were replaced. */
  reloaded: { readonly duration: Milliseconds };
  /** A reload was given up. */
  reloadAborted: { readonly error: Error };
}
