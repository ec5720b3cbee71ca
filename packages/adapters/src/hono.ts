import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context as HonoContext, MiddlewareHandler } from 'hono';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import { MissingNodeServerError } from './errors.js';
import type { HostFacts } from './host-facts.js';
import { pathname } from './pathname.js';
import { settleHostFirst } from './settle-host-first.js';
import { contextFor } from './spark-context.js';

export type { Middlewares } from './composed.js';
export { MissingNodeServerError } from './errors.js';
export { sparkContext } from './spark-context.js';

/** What `@hono/node-server` puts into Hono's environment. */
interface NodeBindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}

/** A parsed body that Hono has kept. */
type BodyCache = Partial<Record<'parsedBody' | 'json' | 'text', unknown>>;

class HonoFacts implements HostFacts {
  readonly #c: HonoContext;
  readonly #req: IncomingMessage;

  constructor(c: HonoContext, req: IncomingMessage) {
    this.#c = c;
    this.#req = req;
  }
  path(): string {
    return pathname(this.#req.url);
  }
  originalUrl(): string {
    return this.#req.url ?? '/';
  }
  /** Hono parses on demand and keeps promises: what a handler of ours has put on the context is all there is. */
  body(): unknown {
    const cache = this.#c.req.bodyCache as BodyCache;
    const kept = cache.parsedBody ?? cache.json ?? cache.text;
    return kept instanceof Promise ? null : kept;
  }
  params(): Record<string, string> {
    return this.#c.req.param();
  }
  ip(): string | undefined {
    return this.#req.socket.remoteAddress;
  }
  /** The pattern of whatever has run last: the handler's, once it has run. */
  route(): string | undefined {
    const { matchedRoutes, routeIndex } = this.#c.req;
    const path = matchedRoutes[routeIndex]?.path;
    return path === undefined || path.endsWith('*') ? undefined : path;
  }
  user(): { id?: unknown } | undefined {
    return this.#c.get('user') as { id?: unknown } | undefined;
  }
}

export interface HonoOptions {
  /** Told of what ours throw after the response is over. @default a process warning */
  readonly onLateError?: ((error: unknown, c: HonoContext) => void) | undefined;
}

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));

/**
 * Our middlewares as one of Hono's, on `@hono/node-server`. Hono sends only after its chain has settled: our `next()`
 * resolves when the response is over. Hono's `onError` has then answered an error already; ours see it all the same.
 * @throws InvalidOptionError
 */
export function toHono(middlewares: Middlewares, options: HonoOptions = {}): MiddlewareHandler {
  const run = composed(middlewares);
  const onLateError = options.onLateError ?? warn;
  return async (c, next) => {
    const { incoming, outgoing } = (c.env ?? {}) as NodeBindings;
    if (incoming === undefined || outgoing === undefined) throw new MissingNodeServerError();
    const ctx = contextFor(incoming, outgoing, new HonoFacts(c, incoming));
    let handled: unknown;
    const rest = async (): Promise<void> => {
      await next();
      if (c.error === undefined) return;
      handled = c.error;
      throw c.error;
    };
    try {
      await settleHostFirst(run, ctx, rest, (error) => onLateError(error, c));
    } catch (error) {
      // `onError` has made a response of it: thrown again it would be handled twice.
      if (error !== handled) throw error;
    }
    // One of ours has answered on Node's response; the server knows this field and sends nothing.
    if (outgoing.headersSent || outgoing.writableEnded)
      c.res = new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
  };
}
