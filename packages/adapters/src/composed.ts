import type { Context, Middleware } from '@spark-perf/core';
import { compose, InvalidOptionError } from '@spark-perf/core';

/** One of our middlewares, or several that run one inside of the other. */
export type Middlewares<C extends Context = Context> = Middleware<C> | readonly Middleware<C>[];

/** @throws InvalidOptionError when something in it is no function */
export function composed(middlewares: Middlewares): Middleware {
  const list: readonly unknown[] = Array.isArray(middlewares)
    ? (middlewares as readonly unknown[])
    : [middlewares];
  for (const one of list) {
    if (typeof one !== 'function')
      throw new InvalidOptionError('middlewares', 'a middleware or a list of them', one);
  }
  return compose(list as readonly Middleware[]);
}
