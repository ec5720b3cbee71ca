import type { Context as KoaContext, Middleware as KoaMiddleware } from 'koa';
import { optionsObject } from '@spark-perf/core';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import type { HostFacts } from './host-facts.js';
import { Prefix } from './prefix.js';
import { settleHostFirst } from './settle-host-first.js';
import { contextFor } from './spark-context.js';

export type { Middlewares } from './composed.js';
export { sparkContext } from './spark-context.js';

/** What routers and parsers put on Koa's context. */
type Extended = KoaContext & { _matchedRoute?: unknown; mountPath?: string; params?: Record<string, string> };

class KoaFacts implements HostFacts {
  readonly #ctx: Extended;
  readonly #prefix: Prefix;

  constructor(ctx: KoaContext, prefix: Prefix) {
    this.#ctx = ctx;
    this.#prefix = prefix;
  }
  path(): string {
    return this.#prefix.cut(this.#ctx.path);
  }
  originalUrl(): string {
    return this.#ctx.originalUrl;
  }
  mountpath(): string | undefined {
    return this.#prefix.behind(this.#ctx.mountPath);
  }
  body(): unknown {
    return (this.#ctx.request as { body?: unknown }).body;
  }
  rawBody(): unknown {
    return (this.#ctx.request as { rawBody?: unknown }).rawBody;
  }
  params(): Record<string, string> {
    return this.#ctx.params ?? {};
  }
  ip(): string | undefined {
    return this.#ctx.ip;
  }
  route(): string | undefined {
    const matched = this.#ctx._matchedRoute;
    return typeof matched === 'string' || matched instanceof RegExp ? String(matched) : undefined;
  }
  user(): { id?: unknown } | undefined {
    return (this.#ctx.state as { user?: { id?: unknown } }).user;
  }
}

export interface KoaOptions {
  /** Only requests below this path, however they spell it; it is cut off `ctx.path`. @default every request */
  readonly prefix?: string | undefined;
}

/**
 * Our middlewares as one of Koa's (2 and 3). Koa sends only after its chain has settled: our `next()` resolves when the
 * response is over, and what ours throw after that is an `error` event of the application.
 * @throws InvalidOptionError
 */
export function toKoa(middlewares: Middlewares, options: KoaOptions = {}): KoaMiddleware {
  const prefix = new Prefix(optionsObject('options', options, ['prefix']).prefix);
  const run = composed(middlewares);
  return async (koa, next) => {
    if (!prefix.holds(koa.path)) return void (await next());
    const ctx = contextFor(koa.req, koa.res, new KoaFacts(koa, prefix));
    await settleHostFirst(run, ctx, next, (error) => {
      koa.app.emit('error', error instanceof Error ? error : new Error(String(error)), koa);
    });
    // One of ours has answered on Node's response: there is nothing left for Koa to send.
    if (koa.res.headersSent || koa.res.writableEnded) koa.respond = false;
  };
}
