import { SparkPerfError } from '../errors.js';
import type { Milliseconds } from '../units.js';

/** The client is not connected: nothing was sent. */
export class RedisNotReadyError extends SparkPerfError<'SPARK_REDIS_NOT_READY'> {
  constructor(
    /** The client's state. */
    readonly status: string,
    options?: { readonly cause?: unknown },
  ) {
    super('SPARK_REDIS_NOT_READY', `Redis is not ready (client is in state "${status}")`, options);
  }
}

/** The reply did not come in time. The command may have been carried out. */
export class RedisTimeoutError extends SparkPerfError<'SPARK_REDIS_TIMEOUT'> {
  constructor(readonly timeout: Milliseconds) {
    super('SPARK_REDIS_TIMEOUT', `Redis did not reply within ${timeout} ms`);
  }
}
