import type { Context, Middleware } from '@spark-perf/core';
import { DONE } from '@spark-perf/core';
import type { RequestTracker } from './requests/request-tracker.js';

/** Follows each request to the close of its response. Errors pass unchanged. */
export function profilerMiddleware<C extends Context>(tracker: RequestTracker): Middleware<C> {
  return (ctx, next) => {
    const request = tracker.begin(ctx);
    if (request === undefined) return next();
    let rest: Promise<void>;
    try {
      rest = next();
    } catch (error) {
      tracker.routed(request);
      request.fail(error);
      throw error;
    }
    tracker.routed(request);
    // The chain has run already, without an error.
    if (rest === DONE) return rest;
    // Not an async function: that would cost more than all that is recorded.
    return rest.then(undefined, (error: unknown) => {
      request.fail(error);
      throw error;
    });
  };
}
