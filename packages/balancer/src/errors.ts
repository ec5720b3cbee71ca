import type { Milliseconds } from '@spark-perf/core';
import { SparkPerfError } from '@spark-perf/core';

/** No server can take a request now: none is there, or all are ejected for good, draining or full. */
export class NoServerError extends SparkPerfError<'SPARK_NO_SERVER'> {
  constructor(
    /** When to try again. */
    readonly retryAfter: Milliseconds,
    reason = 'No healthy servers available',
  ) {
    super('SPARK_NO_SERVER', reason);
  }
}

/** `id` is not the id of a server of this balancer. */
export class UnknownServerError extends SparkPerfError<'SPARK_UNKNOWN_SERVER'> {
  constructor(readonly id: string) {
    super('SPARK_UNKNOWN_SERVER', `No server has the id "${id}"`);
  }
}

/** The balancer is closed, or closing: servers can't be added any more. */
export class BalancerClosedError extends SparkPerfError<'SPARK_BALANCER_CLOSED'> {
  constructor() {
    super('SPARK_BALANCER_CLOSED', 'The balancer is closed');
  }
}

/**
 * How an attempt failed. `connect`: nothing was sent. `broken`: the connection broke before the answer. `protocol`:
 * what came is not acceptable HTTP. `timeout`: too late.
 */
export type UpstreamFailure = 'connect' | 'broken' | 'protocol' | 'timeout';

/** An upstream failed an attempt. Never shown to clients: its message may name internals. */
export class UpstreamError extends SparkPerfError<'SPARK_UPSTREAM'> {
  constructor(
    readonly failure: UpstreamFailure,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super('SPARK_UPSTREAM', message, options);
  }
}
