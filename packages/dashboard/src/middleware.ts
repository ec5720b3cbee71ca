import type { Context, Middleware } from '@spark-perf/core';
import type { PageRoutes } from './http/page-routes.js';

/** The page as a middleware for a prefix. Paths that are none of its own go on to `next`. */
export function dashboardMiddleware<C extends Context = Context>(routes: PageRoutes): Middleware<C> {
  return (ctx, next) => routes.handle(ctx, next);
}
