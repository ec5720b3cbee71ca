export { addResource } from './middleware.js';
export type { AddResource, ScopedContext } from './middleware.js';
export type { Cleanup } from './cleanup-of.js';
export type { ConnectionState } from './drain/connection.js';
export type { DrainReport } from './drain/drain-report.js';
export type { ServerApp } from './drain/find-server.js';
export type { ServerStats } from './drain/server-group.js';
export { SERVER_DEFAULTS } from './drain/server-options.js';
export type { ServerOptions } from './drain/server-options.js';
export {
  CleanupFailedError,
  CleanupTimeoutError,
  DependencyCycleError,
  DrainTimeoutError,
  NoRequestScopeError,
  NotReadyError,
  ResourceExistsError,
  ShutdownTimeoutError,
  UnknownResourceError,
} from './errors.js';
export type { ResourceManagerEvents } from './events.js';
export type { HealthOptions, HealthReport } from './health/health-middleware.js';
export type { ReadinessCheck, ReadinessCheckOptions } from './health/readiness-check.js';
export type { WhenReadyOptions } from './health/ready-state.js';
export { RESOURCE_MANAGER_DEFAULTS } from './options.js';
export type { ResourceManagerOptions } from './options.js';
export type { Phase, PhaseName, ShutdownResult } from './phase.js';
export type { RequestScopeOptions } from './request/request-scope-options.js';
export type { Unregister } from './resource-entry.js';
export { ResourceManager } from './resource-manager.js';
export type { ResourceOptions } from './resource-options.js';
export type { CrashOrigin, ShutdownCause } from './shutdown-cause.js';
export type { ShutdownOptions } from './shutdown-options.js';
export type { ShutdownApp } from './spark-app.js';
export type { LifecycleStats } from './stats.js';
