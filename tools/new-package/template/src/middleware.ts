import type { Middleware } from '@spark-perf/core';
import type { __Name__ } from './__name__.js';

/** The thin shell: context → engine → next. */
export function middleware(engine: __Name__): Middleware {
  return (_ctx, next) => {
    engine.record();
    return next();
  };
}
