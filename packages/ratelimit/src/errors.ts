import type { Milliseconds } from '@spark-perf/core';
import { printable, SparkPerfError } from '@spark-perf/core';

/** A key generator gave nothing to count by. The request fails: a shared stand-in would let clients block each other. */
export class InvalidRateLimitKeyError extends SparkPerfError<'SPARK_INVALID_RATE_LIMIT_KEY'> {
  constructor(
    /** The name of the function that gave it. */
    readonly generator: string,
    received: unknown,
  ) {
    super(
      'SPARK_INVALID_RATE_LIMIT_KEY',
      `The key generator \`${printable(generator, 80)}\` must return a non-empty string, a finite number or a bigint, ` +
        `got ${describe(received)}`,
    );
  }
}

/** More combinations of `maxRequests` and `windowSize` than a limiter keeps counters for. */
export class TooManyPlansError extends SparkPerfError<'SPARK_TOO_MANY_PLANS'> {
  constructor(readonly limit: number) {
    super(
      'SPARK_TOO_MANY_PLANS',
      `\`maxRequests\` and \`windowSize\` have given more than ${limit} distinct plans`,
    );
  }
}

/** An asynchronous store did not answer in time. What was asked may have been counted. */
export class RateLimitStoreTimeoutError extends SparkPerfError<'SPARK_RATE_LIMIT_STORE_TIMEOUT'> {
  constructor(readonly timeout: Milliseconds) {
    super('SPARK_RATE_LIMIT_STORE_TIMEOUT', `The store did not answer within ${timeout} ms`);
  }
}

/** The store is out of reach, so what should be changed in it was not, as far as is known. */
export class RateLimitStoreUnavailableError extends SparkPerfError<'SPARK_RATE_LIMIT_STORE_UNAVAILABLE'> {
  constructor() {
    super('SPARK_RATE_LIMIT_STORE_UNAVAILABLE', 'The store is out of reach: it may not have been reset');
  }
}

function describe(value: unknown): string {
  if (value === '') return 'an empty string';
  if (typeof value === 'number') return String(value);
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
