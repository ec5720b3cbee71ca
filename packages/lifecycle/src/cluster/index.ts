export { ClusterManager } from './cluster-manager.js';
export type { ClusterStats, WorkerStats } from './cluster-stats.js';
export { CrashLoopError, ReloadAbortedError, WorkerDrainError, WorkerNotReadyError } from './errors.js';
export type { ClusterManagerEvents, WorkerFacts } from './events.js';
export { CLUSTER_DEFAULTS } from './options.js';
export type { ClusterManagerOptions } from './options.js';
export type { WorkerContext, WorkerMain } from './worker-context.js';
