import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Middleware } from '@spark-perf/core';
import { compose, DONE, InvalidOptionError, printable } from '@spark-perf/core';
import type { ContextHost } from './context-host.js';
import { BadTargetError } from './errors.js';
import { exitOnSignals } from './exit-signals.js';
import { answerWith, fail } from './failure.js';
import { httpServer } from './http-server.js';
import { isStreaming } from './is-streaming.js';
import { listenArguments } from './listen-arguments.js';
import type { ResolvedSparkOptions, SparkOptions } from './options.js';
import { resolveSparkOptions } from './options.js';
import { ProxyFacts } from './proxy-facts.js';
import type { Handler } from './routing/handler.js';
import { mount } from './routing/mount.js';
import { Router } from './routing/router.js';
import { securityFields } from './security-fields.js';
import type { SparkSettings } from './settings.js';
import { callEach, closeServer } from './shutdown.js';
import { SparkContext } from './spark-context.js';
import type { SparkEvents } from './spark-events.js';

/** An application: middlewares in order, then the router, on one HTTP server. */
export class Spark extends EventEmitter<SparkEvents> implements ContextHost, AsyncDisposable {
  /** Node's server, there from the start. */
  readonly server: Server;
  readonly settings: SparkSettings;
  /** @internal */
  readonly proxyFacts: ProxyFacts;
  readonly #options: ResolvedSparkOptions;
  readonly #router: Router;
  readonly #security: readonly (readonly [string, string])[];
  readonly #middlewares: Handler[] = [];
  /** What was given to `use`: `#middlewares` has the mounted form. */
  readonly #used: Handler[] = [];
  readonly #shutdownHandlers: (() => unknown)[] = [];
  readonly #stopListening: () => void;
  /** The middlewares as one; without any the router is called directly. */
  #chain: Middleware<SparkContext> | undefined;
  #closing: Promise<void> | undefined;

  /** @throws InvalidOptionError */
  constructor(options?: SparkOptions) {
    super();
    this.#options = resolveSparkOptions(options);
    const { bodyLimit, cluster, ignoreTrailingSlash, security, signals, trustProxy } = this.#options;
    this.settings = { trustProxy, bodyLimit };
    this.proxyFacts = new ProxyFacts(this.settings);
    this.#router = new Router({ ignoreTrailingSlash });
    this.#security = securityFields(security);
    this.server = httpServer(this.#options, (req, res) => this.#handle(req, res));
    if (cluster) {
      process.emitWarning('Spark: option `cluster` is not applied; see @spark-perf/lifecycle/cluster');
    }
    this.#stopListening = exitOnSignals(
      signals,
      () => this.close(),
      (error) => this.#options.logger.error('Spark: closing failed', error),
    );
  }

  /** Adds middlewares, below a prefix when one is given. They run in the order in which they were added. */
  use(...handlers: (Handler | Router)[]): this;
  use(prefix: string, ...handlers: (Handler | Router)[]): this;
  use(...given: (string | Handler | Router)[]): this {
    const prefix = typeof given[0] === 'string' ? given[0] : undefined;
    for (const one of prefix === undefined ? given : given.slice(1)) {
      const handler = one instanceof Router ? one.routes() : one;
      if (typeof handler !== 'function') throw new InvalidOptionError('middleware', 'a function', handler);
      this.#middlewares.push(prefix === undefined ? handler : mount(prefix, handler));
      this.#used.push(...(one instanceof Router ? one.handlers() : [handler]));
    }
    this.#chain = compose(this.#middlewares);
    return this;
  }

  get(path: string, ...handlers: Handler[]): this {
    this.#router.get(path, ...handlers);
    return this;
  }
  post(path: string, ...handlers: Handler[]): this {
    this.#router.post(path, ...handlers);
    return this;
  }
  put(path: string, ...handlers: Handler[]): this {
    this.#router.put(path, ...handlers);
    return this;
  }
  patch(path: string, ...handlers: Handler[]): this {
    this.#router.patch(path, ...handlers);
    return this;
  }
  delete(path: string, ...handlers: Handler[]): this {
    this.#router.delete(path, ...handlers);
    return this;
  }
  head(path: string, ...handlers: Handler[]): this {
    this.#router.head(path, ...handlers);
    return this;
  }
  options(path: string, ...handlers: Handler[]): this {
    this.#router.options(path, ...handlers);
    return this;
  }
  /** Every method that has a verb here. */
  all(path: string, ...handlers: Handler[]): this {
    this.#router.all(path, ...handlers);
    return this;
  }

  /** Called by `close()`, in order, while requests are still being served. */
  onShutdown(handler: () => unknown): this {
    if (typeof handler !== 'function') throw new InvalidOptionError('handler', 'a function', handler);
    this.#shutdownHandlers.push(handler);
    return this;
  }

  /** Starts to listen; rejects when it can't (port taken, closed before). Any argument may be left out. */
  async listen(port?: number, host?: string, callback?: () => void): Promise<Server>;
  async listen(port: number, callback?: () => void): Promise<Server>;
  async listen(callback?: () => void): Promise<Server>;
  async listen(...given: unknown[]): Promise<Server> {
    const { port = this.#options.port, host = this.#options.host, callback } = listenArguments(given);
    if (this.#closing !== undefined) throw new Error('The application is closed');
    this.server.listen({ port, host });
    await once(this.server, 'listening'); // rejects on `error`
    this.emit('listening');
    callback?.();
    return this.server;
  }

  /**
   * Closes the application: `onShutdown` handlers, then the server (no new connections; requests in flight are answered,
   * what is left after `closeTimeout` is destroyed), then the `cleanup` functions of the middlewares. Every call returns
   * the same promise. It rejects with an `AggregateError` of what failed, once everything else is closed.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  report(error: unknown, ctx: SparkContext, status: number): void {
    const { logger } = this.#options;
    try {
      if (status >= 500) logger.error(`${ctx.method} ${printable(ctx.originalUrl)} failed`, error);
      // Without a listener an EventEmitter throws the error instead.
      if (this.listenerCount('error') > 0) this.emit('error', error, ctx);
    } catch (listenerError) {
      logger.error('Spark: a listener of `error` failed', listenerError);
    }
  }

  #handle(req: IncomingMessage, res: ServerResponse): void {
    const ctx = new SparkContext(this, req, res);
    if (this.#security.length > 0) {
      for (const [name, value] of this.#security) res.setHeader(name, value);
    }
    if (this.#closing !== undefined) res.setHeader('Connection', 'close');
    let result: unknown;
    try {
      if (ctx.path === '') throw new BadTargetError();
      result =
        this.#chain === undefined ? this.#route(ctx) : this.#chain(ctx, () => this.#route(ctx) ?? DONE);
    } catch (error) {
      fail(ctx, error);
      return;
    }
    if (result === undefined) {
      if (!ctx.responded) this.#finish(ctx);
      return;
    }
    // Unless it has answered, a middleware that did not wait may be in the middle of it: it has until the next microtask.
    if (result === DONE && ctx.responded) return;
    (result as Promise<void>).then(
      () => {
        if (!ctx.responded) this.#finish(ctx);
      },
      (error: unknown) => fail(ctx, error),
    );
  }

  #route(ctx: SparkContext): Promise<void> | undefined {
    const result = this.#router.handle(ctx);
    return typeof result === 'symbol' ? undefined : result;
  }

  /** The end of the chain: what nobody has answered, nor begun to, is not found. */
  #finish(ctx: SparkContext): void {
    if (ctx.responded || ctx.res.headersSent || isStreaming(ctx.res)) return;
    const { routing } = ctx;
    if (routing !== undefined) {
      // A middleware may not have waited for its `next()`: the route has until its own end.
      ctx.routing = undefined;
      void routing.then(() => this.#finish(ctx));
    } else if (ctx.allow === undefined) {
      this.#answer(ctx, 404, 'Not Found');
    } else {
      ctx.res.setHeader('Allow', ctx.allow);
      if (ctx.method === 'OPTIONS') ctx.status(204).send();
      else this.#answer(ctx, 405, 'Method Not Allowed');
    }
  }

  #answer(ctx: SparkContext, status: number, message: string): void {
    try {
      answerWith(ctx, status, message);
    } catch (error) {
      fail(ctx, error);
    }
  }

  async #close(): Promise<void> {
    const { clock, closeTimeout } = this.#options;
    const cleanups = [...new Set([...this.#used, ...this.#router.handlers()])].flatMap((handler) =>
      typeof handler.cleanup === 'function' ? [handler.cleanup.bind(handler)] : [],
    );
    const errors = await callEach('A shutdown handler', this.#shutdownHandlers, clock, closeTimeout);
    await closeServer(this.server, clock, closeTimeout);
    errors.push(...(await callEach('A cleanup function', cleanups, clock, closeTimeout)));
    this.#stopListening();
    this.emit('close');
    if (errors.length > 0) throw new AggregateError(errors, 'Closing the application failed in part');
  }
}
