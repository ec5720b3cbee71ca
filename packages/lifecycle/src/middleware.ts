import type { Context, Middleware } from '@spark-perf/core';
import { NoRequestScopeError } from './errors.js';
import type { Cleanup } from './cleanup-of.js';
import { cleanupOf } from './cleanup-of.js';
import type { RequestScopes } from './request/request-scopes.js';

/** Puts a resource into the request's scope; without `cleanup` its own `close()` or dispose method is used. */
export type AddResource = <T>(resource: T, cleanup?: Cleanup<T>) => void;

/** A context that has passed `resources.middleware()`. */
export interface ScopedContext extends Context {
  addResource: AddResource;
}

/** Gives each context `addResource`: one function for all, so that a request which never calls it pays nothing. */
export function scopeMiddleware(scopes: RequestScopes): Middleware {
  function addResource<T>(this: Context, resource: T, cleanup?: Cleanup<T>): void {
    scopes.add(
      this.res,
      resource,
      typeof cleanup === 'function' ? (cleanup as Cleanup<unknown>) : cleanupOf(resource, cleanup),
    );
  }
  return (ctx, next) => {
    (ctx as ScopedContext).addResource = addResource;
    return next();
  };
}

/**
 * `ctx.addResource`, typed: cleans `resource` when the request is over, however it ends.
 *
 * @throws NoRequestScopeError when the request did not pass `resources.middleware()`.
 */
export function addResource<T>(ctx: Context, resource: T, cleanup?: Cleanup<T>): void {
  const scoped = ctx as Partial<ScopedContext>;
  if (typeof scoped.addResource !== 'function') throw new NoRequestScopeError();
  scoped.addResource(resource, cleanup);
}
