import type { Context, Middleware } from '@spark-perf/core';
import { facade } from './facade.js';
import type { PoolMiddlewareOptions, ResolvedMiddlewareOptions } from './middleware-options.js';
import { resolveMiddlewareOptions } from './middleware-options.js';
import type { PoolAccess } from './pool-access.js';
import { RequestSession } from './request-session.js';

/** Puts a connection on the context, in one of three forms. @throws InvalidOptionError */
export function middleware<T>(pool: PoolAccess<T>, raw: PoolMiddlewareOptions | undefined): Middleware {
  const options = resolveMiddlewareOptions(pool.factory, raw);
  const { property, mode } = options;
  const put = (ctx: Context, value: unknown): void => {
    (ctx as unknown as Record<string, unknown>)[property] = value;
  };
  if (mode === 'facade') {
    return (ctx, next) => {
      const call = (name: string, args: readonly unknown[]): Promise<unknown> =>
        sessionOf(pool, options, ctx).call(name, args);
      put(ctx, facade(call));
      return next();
    };
  }
  return async (ctx, next) => {
    let session: RequestSession<T> | undefined;
    let running = true;
    const connection = (): Promise<T> => {
      session ??= sessionOf(pool, options, ctx);
      if (running) session.handlerRuns();
      return session.connection();
    };
    try {
      put(ctx, mode === 'lease' ? connection : await connection());
      await next();
    } finally {
      running = false;
      session?.handlerEnded();
    }
  };
}

function sessionOf<T>(
  pool: PoolAccess<T>,
  options: ResolvedMiddlewareOptions,
  ctx: Context,
): RequestSession<T> {
  let session = pool.sessions.get(ctx.res);
  if (session === undefined) {
    session = new RequestSession(pool, options, ctx);
    pool.sessions.set(ctx.res, session);
  }
  return session;
}
