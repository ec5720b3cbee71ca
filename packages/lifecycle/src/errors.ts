import type { Milliseconds } from '@spark-perf/core';
import { SparkPerfError } from '@spark-perf/core';

/** `register` with an id that is taken. */
export class ResourceExistsError extends SparkPerfError<'SPARK_RESOURCE_EXISTS'> {
  constructor(readonly resource: string) {
    super('SPARK_RESOURCE_EXISTS', `Resource ${JSON.stringify(resource)} is registered already`);
  }
}

/** `dependsOn` names a resource that is not registered. */
export class UnknownResourceError extends SparkPerfError<'SPARK_RESOURCE_UNKNOWN'> {
  constructor(
    readonly resource: string,
    readonly dependency: string,
  ) {
    super(
      'SPARK_RESOURCE_UNKNOWN',
      `Resource ${JSON.stringify(resource)} depends on ${JSON.stringify(dependency)}, which is not registered`,
    );
  }
}

/** Resources that depend on each other in a circle. */
export class DependencyCycleError extends SparkPerfError<'SPARK_RESOURCE_CYCLE'> {
  constructor(
    /** The ids along the circle; the first is also the last. */
    readonly cycle: readonly string[],
  ) {
    super('SPARK_RESOURCE_CYCLE', `Resources depend on each other in a circle: ${cycle.join(' → ')}`);
  }
}

/** A cleanup threw or rejected; the reason is the `cause`. */
export class CleanupFailedError extends SparkPerfError<'SPARK_CLEANUP_FAILED'> {
  constructor(
    readonly resource: string,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super('SPARK_CLEANUP_FAILED', `Cleanup of ${JSON.stringify(resource)} failed: ${why}`, { cause });
  }
}

/** A cleanup did not settle in its time. It was left behind; the others went on. */
export class CleanupTimeoutError extends SparkPerfError<'SPARK_CLEANUP_TIMEOUT'> {
  constructor(
    readonly resource: string,
    readonly timeout: Milliseconds,
  ) {
    super(
      'SPARK_CLEANUP_TIMEOUT',
      `Cleanup of ${JSON.stringify(resource)} did not finish within ${timeout} ms`,
    );
  }
}

/** A server's requests were still running at the drain's deadline and were cut off. */
export class DrainTimeoutError extends SparkPerfError<'SPARK_DRAIN_TIMEOUT'> {
  constructor(
    /** How many requests were cut off. */
    readonly requests: number,
    readonly timeout: Milliseconds,
  ) {
    super('SPARK_DRAIN_TIMEOUT', `${requests} requests were cut off after ${timeout} ms of draining`);
  }
}

/** The whole shutdown took longer than `shutdownTimeout`. What had not begun by then was begun, not awaited. */
export class ShutdownTimeoutError extends SparkPerfError<'SPARK_SHUTDOWN_TIMEOUT'> {
  constructor(readonly timeout: Milliseconds) {
    super('SPARK_SHUTDOWN_TIMEOUT', `The shutdown did not finish within ${timeout} ms`);
  }
}

/** `whenReady` gave up: its time is over, or the shutdown has begun. */
export class NotReadyError extends SparkPerfError<'SPARK_NOT_READY'> {
  constructor(
    /** What was missing: names of checks, `start-up`, `server`, `shutdown`. */
    readonly waitingFor: readonly string[],
  ) {
    super('SPARK_NOT_READY', `Not ready: ${waitingFor.join(', ')}`);
  }
}

/** `addResource` for a request that did not pass `resources.middleware()`. */
export class NoRequestScopeError extends SparkPerfError<'SPARK_NO_REQUEST_SCOPE'> {
  constructor() {
    super('SPARK_NO_REQUEST_SCOPE', 'ctx.addResource needs resources.middleware() before the handler');
  }
}
