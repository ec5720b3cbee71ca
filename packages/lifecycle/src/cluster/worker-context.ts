/** What `main` gets. */
export interface WorkerContext {
  /** The worker's place in the cluster, from 0; the same after a restart. */
  readonly slot: number;
  /** Aborted when the worker is told to drain, also in the middle of its start. */
  readonly signal: AbortSignal;
}

/** A worker's program. What it returns is reported to the primary, so it must survive `JSON`. */
export type WorkerMain<T> = (context: WorkerContext) => T | PromiseLike<T>;

/** The environment variable that tells a worker its slot. */
export const SLOT_VARIABLE = 'CLUSTER_WORKER_SLOT';
