import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import type { HostFacts } from './host-facts.js';
import { pathname } from './pathname.js';
import { responseClosed } from './response-closed.js';
import { contextFor } from './spark-context.js';

export type { Middlewares } from './composed.js';
export { sparkContext } from './spark-context.js';

/** A listener of `http.createServer`; it may be asynchronous. */
export type HttpHandler = (req: IncomingMessage, res: ServerResponse) => unknown;

class HttpFacts implements HostFacts {
  readonly #req: IncomingMessage & { body?: unknown };

  constructor(req: IncomingMessage) {
    this.#req = req;
  }
  path(): string {
    return pathname(this.#req.url);
  }
  originalUrl(): string {
    return this.#req.url ?? '/';
  }
  body(): unknown {
    return this.#req.body;
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

/**
 * Wraps a bare listener. An error that nothing has answered becomes a 500 without a word about its cause, or cuts a
 * response that has begun.
 * @throws InvalidOptionError
 */
export function toHttp(middlewares: Middlewares, handler: HttpHandler): RequestListener {
  const run = composed(middlewares);
  return (req, res) => {
    const ctx = contextFor(req, res, new HttpFacts(req));
    const next = async (): Promise<void> => {
      await handler(req, res);
      await responseClosed(res);
    };
    Promise.resolve(run(ctx, next)).catch(() => {
      if (res.headersSent) res.destroy();
      else ctx.status(500).json({ error: 'Internal Server Error' });
    });
  };
}
