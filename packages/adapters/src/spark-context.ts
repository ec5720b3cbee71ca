import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '@spark-perf/core';
import { HostContext } from './host-context.js';
import type { HostFacts } from './host-facts.js';

// By Symbol.for, so that two copies of the package share it.
const CONTEXT = Symbol.for('@spark-perf/adapters/context');

interface Holder {
  [CONTEXT]?: HostContext;
}

/** Node's request, or Express's, which knows its response. */
type Request = IncomingMessage & Holder & { res?: { locals?: Holder } };

/**
 * The one context of a request; made by whichever of our middlewares comes first. It is kept on Node's request, or on
 * another object of the host that is dropped with it.
 */
export function contextFor(
  req: IncomingMessage,
  res: ServerResponse,
  facts: HostFacts,
  holder: object = req,
): HostContext {
  const known = hostContext(req);
  if (known !== undefined) {
    known.update(facts);
    return known;
  }
  const context = new HostContext(req, res, facts);
  (holder as Holder)[CONTEXT] = context; // defined as hidden it would cost more than all the rest here
  return context;
}

/** The context of Node's request, with what only adapters use. */
export function hostContext(req: IncomingMessage): HostContext | undefined {
  const { [CONTEXT]: own, res } = req as Request;
  return own ?? res?.locals?.[CONTEXT];
}

/**
 * Our context of a request, from whatever the host calls one: Node's or Express's request, Koa's or Hono's context,
 * Fastify's request. `undefined` when none of our middlewares has seen the request.
 */
export function sparkContext(source: object): Context | undefined {
  const candidate = source as Request & { raw?: Request; req?: Request; env?: { incoming?: Request } };
  for (const req of [candidate, candidate.env?.incoming, candidate.raw, candidate.req]) {
    const context = req === undefined ? undefined : hostContext(req);
    if (context !== undefined) return context;
  }
  return undefined;
}
