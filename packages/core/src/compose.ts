import type { Context } from './context.js';
import { DONE } from './done.js';
import { SparkPerfError } from './errors.js';
import type { Middleware, Next } from './middleware.js';

/** A middleware called `next()` a second time. A programming error: the chain below ran already. */
export class NextCalledTwiceError extends SparkPerfError<'SPARK_NEXT_TWICE'> {
  constructor(name: string) {
    super('SPARK_NEXT_TWICE', `next() was called twice by ${name === '' ? 'a middleware' : `\`${name}\``}`);
  }
}

/**
 * Several middlewares as one. The first runs outermost; each `next()` runs the following one and, at the end,
 * the `next` of the composed middleware. A second `next()` of one middleware rejects with `NextCalledTwiceError`. What
 * returns nothing is `DONE`: no promise is made for it.
 */
export function compose<C extends Context = Context>(middlewares: readonly Middleware<C>[]): Middleware<C> {
  const chain = [...middlewares];
  return (ctx, next) => dispatch(chain, 0, ctx, next);
}

function dispatch<C extends Context>(
  chain: readonly Middleware<C>[],
  index: number,
  ctx: C,
  last: Next,
): Promise<void> {
  const middleware = chain[index];
  if (middleware === undefined) return last();
  let called = false;
  const next: Next = () => {
    if (called) return Promise.reject(new NextCalledTwiceError(middleware.name));
    called = true;
    return dispatch(chain, index + 1, ctx, last);
  };
  try {
    const result = middleware(ctx, next);
    if (result === undefined) return DONE;
    return result instanceof Promise
      ? (result as Promise<void>)
      : Promise.resolve(result as PromiseLike<void>);
  } catch (error) {
    return Promise.reject(error);
  }
}
