import { compose, DONE, InvalidOptionError } from '@spark-perf/core';
import type { Middleware, Next } from '@spark-perf/core';
import findMyWay from 'find-my-way';
import { fail } from '../failure.js';
import type { SparkContext } from '../spark-context.js';
import type { Handler } from './handler.js';

/** The methods that have a verb, in the order in which `Allow` lists them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof METHODS)[number];

/** Longest value of one path parameter, in characters: 404 beyond. */
const MAX_PARAM_LENGTH = 1_024;

interface Route {
  readonly pattern: string;
  readonly handlers: Handler[];
  run: Middleware<SparkContext>;
}

export interface RouterOptions {
  /** Whether `/users/` matches the route `/users`. @default false */
  readonly ignoreTrailingSlash?: boolean | undefined;
}

/** What `handle` gives when it knows no route. */
export const MISSED: unique symbol = Symbol('missed');

const endOfRoute: Next = () => DONE;
const unused = (): void => {};
const noQuery = (): undefined => undefined;

/**
 * Routes by method and path. The most specific pattern wins, whatever the order in which routes were added; handlers of
 * one method and pattern run in that order, each through the `next()` of the one before.
 */
export class Router {
  readonly #tree: findMyWay.Instance<findMyWay.HTTPVersion.V1>;
  readonly #routes = new Map<string, Route>();

  constructor(options: RouterOptions = {}) {
    this.#tree = findMyWay({
      ignoreTrailingSlash: options.ignoreTrailingSlash ?? false,
      maxParamLength: MAX_PARAM_LENGTH,
      querystringParser: noQuery,
    });
  }

  get(path: string, ...handlers: Handler[]): this {
    return this.#add(['GET'], path, handlers);
  }
  post(path: string, ...handlers: Handler[]): this {
    return this.#add(['POST'], path, handlers);
  }
  put(path: string, ...handlers: Handler[]): this {
    return this.#add(['PUT'], path, handlers);
  }
  patch(path: string, ...handlers: Handler[]): this {
    return this.#add(['PATCH'], path, handlers);
  }
  delete(path: string, ...handlers: Handler[]): this {
    return this.#add(['DELETE'], path, handlers);
  }
  /** Only where it must differ: HEAD is answered from the GET route. */
  head(path: string, ...handlers: Handler[]): this {
    return this.#add(['HEAD'], path, handlers);
  }
  options(path: string, ...handlers: Handler[]): this {
    return this.#add(['OPTIONS'], path, handlers);
  }
  /** Every method that has a verb. */
  all(path: string, ...handlers: Handler[]): this {
    // HEAD comes through GET, where it also meets the handlers that only GET has.
    return this.#add(
      METHODS.filter((method) => method !== 'HEAD'),
      path,
      handlers,
    );
  }

  /** This router as a middleware, for `app.use(prefix, router.routes())`. What it does not know goes on. */
  routes(): Handler {
    return (ctx, next) => (this.handle(ctx) === MISSED ? next() : ctx.routing);
  }

  /** Every handler there is. */
  *handlers(): IterableIterator<Handler> {
    for (const { handlers } of this.#routes.values()) yield* handlers;
  }

  /**
   * Runs the route of a request. An error is answered here, so the promise never rejects. `MISSED` when there is no
   * route; `ctx.allow` then lists the methods that the path has.
   *
   * @internal
   */
  handle(ctx: SparkContext): Promise<void> | typeof MISSED | undefined {
    const { method, path } = ctx;
    let match = this.#tree.find(method as Method, path);
    if (match === null && method === 'HEAD') match = this.#tree.find('GET', path);
    if (match === null) {
      ctx.allow = this.#methodsOf(path) ?? ctx.allow;
      return MISSED;
    }
    const route = match.store as Route;
    ctx.params = match.params as Record<string, string>;
    ctx.route = ctx.mountpath === undefined ? route.pattern : ctx.mountpath + route.pattern;
    try {
      const result = route.run(ctx, endOfRoute) as Promise<void> | undefined;
      if (result === DONE || typeof result?.then !== 'function') return undefined;
      return (ctx.routing = settled(ctx, result));
    } catch (error) {
      fail(ctx, error);
      return undefined;
    }
  }

  #methodsOf(path: string): string | undefined {
    const found = METHODS.filter((method) => this.#tree.find(method, path) !== null);
    if (found.length === 0) return undefined;
    const all = new Set<Method>(found).add('OPTIONS');
    if (all.has('GET')) all.add('HEAD');
    return METHODS.filter((method) => all.has(method)).join(', ');
  }

  #add(methods: readonly Method[], pattern: string, handlers: readonly Handler[]): this {
    if (typeof pattern !== 'string' || !/^[/*]/.test(pattern)) {
      throw new InvalidOptionError('path', 'a pattern that begins with /', pattern);
    }
    for (const handler of handlers) {
      if (typeof handler !== 'function') throw new InvalidOptionError('handler', 'a function', handler);
    }
    if (handlers.length === 0) throw new InvalidOptionError('handler', 'given', undefined);
    for (const method of methods) {
      const key = `${method} ${pattern}`;
      let route = this.#routes.get(key);
      if (route === undefined) {
        route = { pattern, handlers: [], run: unused };
        this.#tree.on(method, pattern, unused, route);
        this.#routes.set(key, route);
      }
      route.handlers.push(...handlers);
      const [only] = route.handlers;
      route.run = route.handlers.length === 1 && only !== undefined ? only : compose(route.handlers);
    }
    return this;
  }
}

async function settled(ctx: SparkContext, work: PromiseLike<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    fail(ctx, error);
  }
}
