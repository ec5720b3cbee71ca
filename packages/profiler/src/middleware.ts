import type { Context, Middleware } from '@spark-perf/core';
import type { RequestTracker } from './requests/request-tracker.js';

/** Follows each request to the close of its response. Errors pass unchanged. */
export function profilerMiddleware<C extends Context>(tracker: RequestTracker): Middleware<C> {
  return async (ctx, next) => {
    const request = tracker.begin(ctx);
    if (request === undefined) return next();
    try {
      const rest = next();
      tracker.routed(request);
      await rest;
    } catch (error) {
      request.fail(error);
      throw error;
    }
    return undefined;
  };
}
