import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context as HonoContext, MiddlewareHandler } from 'hono';
import { functionOption, optionsObject } from '@spark-perf/core';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import { MissingNodeServerError } from './errors.js';
import { HonoFacts } from './hono/hono-facts.js';
import { takeParsedBody } from './hono/parsed-body.js';
import { pathname } from './pathname.js';
import { Prefix } from './prefix.js';
import { settleHostFirst } from './settle-host-first.js';
import { contextFor } from './spark-context.js';
import { warn } from './warn.js';

export type { Middlewares } from './composed.js';
export { MissingNodeServerError } from './errors.js';
export { sparkContext } from './spark-context.js';

/** What `@hono/node-server` puts into Hono's environment. */
interface NodeBindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}

export interface HonoOptions {
  /** Only requests below this path, however they spell it; it is cut off `ctx.path`. @default every request */
  readonly prefix?: string | undefined;
  /** Told of what ours throw after the response is over. @default a process warning */
  readonly onLateError?: ((error: unknown, c: HonoContext) => void) | undefined;
}

/**
 * Our middlewares as one of Hono's, on `@hono/node-server`. Hono sends only after its chain has settled: our `next()`
 * resolves when the response is over. Hono's `onError` has then answered an error already; ours see it all the same.
 * @throws InvalidOptionError
 */
export function toHono(middlewares: Middlewares, options: HonoOptions = {}): MiddlewareHandler {
  const run = composed(middlewares);
  const given = optionsObject('options', options, ['prefix', 'onLateError']);
  const prefix = new Prefix(given.prefix);
  const onLateError = functionOption('onLateError', given.onLateError, warn);
  return async (c, next) => {
    const { incoming, outgoing } = (c.env ?? {}) as NodeBindings;
    if (incoming === undefined || outgoing === undefined) throw new MissingNodeServerError();
    // Hono routes by a path of its own making.
    if (!prefix.holds(pathname(incoming.url)) && !prefix.holds(c.req.path)) return next();
    const ctx = contextFor(incoming, outgoing, new HonoFacts(c, incoming, prefix));
    const parsed = takeParsedBody(c, ctx);
    if (parsed !== undefined) await parsed;
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
