import { SparkPerfError } from '@spark-perf/core';
import type { Milliseconds } from '@spark-perf/core';

/** A key or tag is no string, or a tag is empty or longer than 512 characters. */
export class InvalidKeyError extends SparkPerfError<'SPARK_CACHE_INVALID_KEY'> {
  constructor(rule: string) {
    super('SPARK_CACHE_INVALID_KEY', rule);
  }
}

/** A value can't be kept without losing something: a function, a symbol, a cycle, an unknown class. */
export class UnserializableError extends SparkPerfError<'SPARK_CACHE_UNSERIALIZABLE'> {
  constructor(what: string) {
    super('SPARK_CACHE_UNSERIALIZABLE', `A cached value can't hold ${what}`);
  }
}

/** The fetcher did not settle within `hardTimeout`. */
export class FetchTimeoutError extends SparkPerfError<'SPARK_CACHE_FETCH_TIMEOUT'> {
  constructor(
    readonly key: string,
    readonly timeout: Milliseconds,
  ) {
    super('SPARK_CACHE_FETCH_TIMEOUT', `The fetcher did not settle within ${timeout} ms`);
  }
}

/** The cache is closed. */
export class CacheClosedError extends SparkPerfError<'SPARK_CACHE_CLOSED'> {
  constructor() {
    super('SPARK_CACHE_CLOSED', 'The cache is closed');
  }
}

/** A level did not answer within `levelTimeout`, or is known to be down. Callers never see it; `levelError` does. */
export class LevelUnavailableError extends SparkPerfError<'SPARK_CACHE_LEVEL_UNAVAILABLE'> {
  constructor(
    readonly level: string,
    why: string,
  ) {
    super('SPARK_CACHE_LEVEL_UNAVAILABLE', `Level ${level} ${why}`);
  }
}
