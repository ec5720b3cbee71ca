import { SparkPerfError } from '@spark-perf/core';

/** The `scope` function, or `ctx.user.id`, gave something that names nobody. The request fails; nothing is shared. */
export class InvalidScopeError extends SparkPerfError<'SPARK_DEDUPE_INVALID_SCOPE'> {
  constructor(
    /** The function's name, or `ctx.user.id`. */
    readonly source: string,
    received: unknown,
  ) {
    const type = received === '' ? 'an empty string' : typeof received;
    super(
      'SPARK_DEDUPE_INVALID_SCOPE',
      `The scope given by \`${source || 'scope'}\` must be a non-empty string, a finite number or a bigint, got ${type}`,
    );
  }
}

/** The request that ran for this one, in another process, threw before it answered. */
export class LeaderFailedError extends SparkPerfError<'SPARK_DEDUPE_LEADER_FAILED'> {
  /** What hosts answer with. */
  readonly status = 502;

  constructor() {
    super('SPARK_DEDUPE_LEADER_FAILED', 'The request that was processed for this one failed');
  }
}
