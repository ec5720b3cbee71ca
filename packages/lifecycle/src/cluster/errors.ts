import type { Milliseconds } from '@spark-perf/core';
import { SparkPerfError } from '@spark-perf/core';

/** A worker did not become ready: it exited, or took too long. */
export class WorkerNotReadyError extends SparkPerfError<'SPARK_WORKER_NOT_READY'> {
  constructor(
    readonly slot: number,
    readonly reason: 'exit' | 'timeout' | 'stopped',
  ) {
    const what = { exit: 'exited', timeout: 'took too long', stopped: 'was stopped' }[reason];
    super('SPARK_WORKER_NOT_READY', `Worker ${slot} ${what} before it was ready`);
  }
}

/** A reload was given up; the workers that were not yet replaced go on. The reason is the `cause`. */
export class ReloadAbortedError extends SparkPerfError<'SPARK_RELOAD_ABORTED'> {
  constructor(
    /** How many workers had been replaced by then. */
    readonly replaced: number,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super('SPARK_RELOAD_ABORTED', `Reload aborted after ${replaced} workers: ${why}`, { cause });
  }
}

/** Workers crash again and again: the cluster has given up. */
export class CrashLoopError extends SparkPerfError<'SPARK_CRASH_LOOP'> {
  constructor(
    readonly crashes: number,
    readonly window: Milliseconds,
  ) {
    super('SPARK_CRASH_LOOP', `Workers crashed ${crashes} times within ${window} ms`);
  }
}

/** Workers had to be killed at the drain's deadline, or said that their own shutdown had failed. */
export class WorkerDrainError extends SparkPerfError<'SPARK_WORKER_DRAIN'> {
  constructor(readonly workers: number) {
    super('SPARK_WORKER_DRAIN', `${workers} workers did not end in good order`);
  }
}
