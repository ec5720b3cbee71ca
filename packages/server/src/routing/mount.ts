import type { Next } from '@spark-perf/core';
import { InvalidOptionError, PathPrefix } from '@spark-perf/core';
import type { SparkContext } from '../spark-context.js';
import type { Handler } from './handler.js';

/**
 * A middleware that runs below a prefix only. Inside, `ctx.path` is without the prefix and `ctx.mountpath` names it;
 * what runs below its `next()` sees both as they were.
 *
 * @throws InvalidOptionError when the prefix does not begin with `/`
 */
export function mount(prefix: string, handler: Handler): Handler {
  if (!prefix.startsWith('/')) throw new InvalidOptionError('prefix', 'a path that begins with /', prefix);
  const mounted = new PathPrefix(prefix);
  return (ctx, next) => {
    const covered = mounted.lengthIn(ctx.path);
    return covered === -1 ? next() : below(ctx, next, mounted.text, covered, handler);
  };
}

function below(ctx: SparkContext, next: Next, prefix: string, covered: number, handler: Handler): unknown {
  const { path, mountpath } = ctx;
  const inner = path.slice(covered) || '/';
  const innerMount = (mountpath ?? '') + prefix;
  let innerPath = inner;
  let where: 'inside' | 'below' | 'done' = 'inside';
  const enter = (): void => {
    where = 'inside';
    ctx.path = innerPath;
    ctx.mountpath = innerMount;
  };
  const leave = (to: 'below' | 'done'): void => {
    if (where === 'inside') {
      innerPath = ctx.path;
      // A path that the middleware wrote goes on below, with the prefix that belongs before it.
      ctx.path = innerPath === inner ? path : path.slice(0, covered) + innerPath;
      ctx.mountpath = mountpath;
    }
    where = to;
  };
  const nextBelow: Next = () => {
    if (where !== 'inside') return next();
    leave('below');
    return next().finally(() => {
      // A middleware that did not wait has no inside to come back to.
      if (where === 'below') enter();
    });
  };
  enter();
  try {
    const result = handler(ctx, nextBelow) as PromiseLike<unknown> | undefined;
    if (typeof result?.then === 'function') return Promise.resolve(result).finally(() => leave('done'));
    leave('done');
    return result;
  } catch (error) {
    leave('done');
    throw error;
  }
}
