import type { Context, Milliseconds } from '@spark-perf/core';
import type { ServerResponse } from 'node:http';
import type { CostSample } from './isolated-cost.js';
import type { RouteStats } from './route-stats.js';

/** One request from its start to the close of its response. Nothing holds on to it after that. */
export class TrackedRequest {
  /** It has been counted. */
  done = false;
  threw = false;
  error: unknown = undefined;
  /** Body bytes handed to the response. */
  written = 0;
  /** Body bytes received of a request that did not tell its length. */
  received = 0;
  /** The row it counts as in flight in, known once it has been routed. */
  row: RouteStats | undefined = undefined;
  cost: CostSample | undefined = undefined;
  /** Its place among the requests in flight that no row counts. */
  listed = false;
  previous: TrackedRequest | undefined = undefined;
  next: TrackedRequest | undefined = undefined;

  constructor(
    readonly ctx: Context,
    readonly start: Milliseconds,
    readonly write: ServerResponse['write'],
    readonly end: ServerResponse['end'],
    readonly writeHead: ServerResponse['writeHead'],
  ) {}

  fail(error: unknown): void {
    this.threw = true;
    this.error = error;
  }
}
