import type { Context, Middleware } from '@spark-perf/core';
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
      request.fail(error);
      throw error;
    }
    tracker.routed(request);
    // Not an async function: that would cost more than all that is recorded.
    return rest.then(undefined, (error: unknown) => {
      request.fail(error);
      throw error;
    });
  };
}
