import type { Milliseconds } from '@spark-perf/core';
import { SparkPerfError } from '@spark-perf/core';
import type { DestroyReason } from './entry-state.js';

/** No connection became free in time. `cause` is the last failure to create one, if there was any. */
export class PoolTimeoutError extends SparkPerfError<'SPARK_POOL_TIMEOUT'> {
  /** What a web framework should answer with. */
  readonly status = 503;
  constructor(
    readonly timeout: Milliseconds,
    cause?: unknown,
  ) {
    super('SPARK_POOL_TIMEOUT', `No connection became free within ${Math.round(timeout)} ms`, { cause });
  }
}

/** `maxWaiters` callers are waiting already. */
export class PoolQueueFullError extends SparkPerfError<'SPARK_POOL_QUEUE_FULL'> {
  readonly status = 503;
  constructor(readonly maxWaiters: number) {
    super('SPARK_POOL_QUEUE_FULL', `${maxWaiters} callers already wait for a connection`);
  }
}

/** Connections can't be created at present. `cause` tells why. */
export class PoolUnavailableError extends SparkPerfError<'SPARK_POOL_UNAVAILABLE'> {
  readonly status = 503;
  constructor(
    cause: unknown,
    /** Time to the next attempt. */
    readonly retryAfter: Milliseconds,
  ) {
    super('SPARK_POOL_UNAVAILABLE', 'No connection can be created at present', { cause });
  }
}

/** The pool is closing or closed. */
export class PoolClosedError extends SparkPerfError<'SPARK_POOL_CLOSED'> {
  readonly status = 503;
  constructor() {
    super('SPARK_POOL_CLOSED', 'The pool is closed');
  }
}

const MISUSE = {
  foreign: 'it is not of this pool',
  double: 'nobody has it borrowed: it was released before',
  destroyed: 'it has been destroyed',
  closed: 'the pool closed and destroyed it',
} as const;

/** What `release` or `destroy` was given can't be given back. A mistake of the caller, who has not got it. */
export class ReleaseError extends SparkPerfError<'SPARK_POOL_RELEASE'> {
  constructor(
    readonly reason: keyof typeof MISUSE,
    /** Why the connection is gone, where it is. */
    readonly destroyedFor?: DestroyReason,
  ) {
    super('SPARK_POOL_RELEASE', `The connection can't be released: ${MISUSE[reason]}`);
  }
}

/** The lease is over: its connection may be somebody else's by now. */
export class LeaseEndedError extends SparkPerfError<'SPARK_POOL_LEASE_ENDED'> {
  constructor() {
    super('SPARK_POOL_LEASE_ENDED', 'The lease is over');
  }
}

/** The request is over, and with it the use of its connection. */
export class RequestEndedError extends SparkPerfError<'SPARK_POOL_REQUEST_ENDED'> {
  constructor() {
    super('SPARK_POOL_REQUEST_ENDED', 'The request is over: its connection has been given back');
  }
}

/** `create` did not settle in time. */
export class CreateTimeoutError extends SparkPerfError<'SPARK_POOL_CREATE_TIMEOUT'> {
  constructor(readonly timeout: Milliseconds) {
    super('SPARK_POOL_CREATE_TIMEOUT', `No connection was created within ${timeout} ms`);
  }
}

/** `create` returned a connection that the pool already has. */
export class DuplicateConnectionError extends SparkPerfError<'SPARK_POOL_DUPLICATE'> {
  constructor() {
    super('SPARK_POOL_DUPLICATE', 'The factory returned a connection that is in the pool already');
  }
}

/** A transaction could not be committed. */
export class CommitError extends SparkPerfError<'SPARK_POOL_COMMIT'> {
  readonly status = 500;
  constructor(cause: unknown) {
    super('SPARK_POOL_COMMIT', 'The transaction could not be committed', { cause });
  }
}
