import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { functionOption, optionsObject } from '@spark-perf/core';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import type { HostFacts } from './host-facts.js';
import { pathname } from './pathname.js';
import { Prefix } from './prefix.js';
import { contextFor } from './spark-context.js';
import { warn } from './warn.js';

export type { Middlewares } from './composed.js';
export { sparkContext } from './spark-context.js';

/** A listener of `http.createServer`; it may be asynchronous. */
export type HttpHandler = (req: IncomingMessage, res: ServerResponse) => unknown;

class HttpFacts implements HostFacts {
  readonly #req: IncomingMessage & { body?: unknown; rawBody?: unknown };
  readonly #prefix: Prefix;

  constructor(req: IncomingMessage, prefix: Prefix) {
    this.#req = req;
    this.#prefix = prefix;
  }
  path(): string {
    return this.#prefix.cut(pathname(this.#req.url));
  }
  mountpath(): string | undefined {
    return this.#prefix.behind(undefined);
  }
  originalUrl(): string {
    return this.#req.url ?? '/';
  }
  body(): unknown {
    return this.#req.body;
  }
  rawBody(): unknown {
    return this.#req.rawBody;
  }
  params(): Record<string, string> {
    return {};
  }
  ip(): string | undefined {
    return this.#req.socket.remoteAddress;
  }
  route(): undefined {
    return undefined;
  }
}

export interface HttpOptions {
  /** Only requests below this path, however they spell it; it is cut off `ctx.path`. @default every request */
  readonly prefix?: string | undefined;
  /** Told of what was answered with a bare 500, and of what ours throw after the response. @default a process warning */
  readonly onError?: ((error: unknown, req: IncomingMessage) => void) | undefined;
}

/**
 * Wraps a bare listener. An error that nothing has answered becomes a 500 without a word about its cause, or cuts a
 * response that has begun.
 * @throws InvalidOptionError
 */
export function toHttp(
  middlewares: Middlewares,
  handler: HttpHandler,
  options: HttpOptions = {},
): RequestListener {
  const run = composed(middlewares);
  const given = optionsObject('options', options, ['prefix', 'onError']);
  const prefix = new Prefix(given.prefix);
  const onError = functionOption('onError', given.onError, warn);
  const ours = (req: IncomingMessage, res: ServerResponse): unknown => {
    if (!prefix.holds(pathname(req.url))) return handler(req, res);
    const ctx = contextFor(req, res, new HttpFacts(req, prefix));
    return run(ctx, async () => {
      await handler(req, res);
      await new Promise<void>((resolve) => ctx.over.tell(resolve));
    });
  };
  return (req, res) => {
    const failed = (error: unknown): void => {
      if (!res.headersSent) res.writeHead(500, JSON_TYPE).end('{"error":"Internal Server Error"}');
      else if (!res.writableEnded) res.destroy();
      onError(error, req);
    };
    try {
      Promise.resolve(ours(req, res)).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };
