import type { Middleware } from '@spark-perf/core';
import type { RequestDeduplicator } from './request-deduplicator.js';
import type { ResolvedOptions } from './resolve-options.js';

/** The thin shell: which requests are the engine's. */
export function middleware(
  engine: Pick<RequestDeduplicator, 'process'>,
  { isDeduplicated, skip }: Pick<ResolvedOptions, 'isDeduplicated' | 'skip'>,
): Middleware {
  if (skip === undefined)
    return (ctx, next) => (isDeduplicated(ctx.method) ? engine.process(ctx, next) : next());
  return async (ctx, next) => {
    if (!isDeduplicated(ctx.method) || (await skip(ctx)) === true) return next();
    return engine.process(ctx, next);
  };
}
