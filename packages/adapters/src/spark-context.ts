import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '@spark-perf/core';
import { HostContext } from './host-context.js';
import type { HostFacts } from './host-facts.js';

// On Node's request, so that it is dropped with it; by Symbol.for, so that two copies of the package share it.
const CONTEXT = Symbol.for('@spark-perf/adapters/context');

type WithContext = IncomingMessage & { [CONTEXT]?: HostContext };

/** The one context of a request; made by whichever of our middlewares comes first. */
export function contextFor(req: IncomingMessage, res: ServerResponse, facts: HostFacts): HostContext {
  const holder = req as WithContext;
  const known = holder[CONTEXT];
  if (known !== undefined) {
    known.update(facts);
    return known;
  }
  const context = new HostContext(req, res, facts);
  holder[CONTEXT] = context; // defined as hidden it would cost more than all the rest here
  return context;
}

/** The context of Node's request, with what only adapters use. */
export function hostContext(req: IncomingMessage): HostContext | undefined {
  return (req as WithContext)[CONTEXT];
}

/**
 * Our context of a request, from whatever the host calls one: Node's or Express's request, Koa's or Hono's context,
 * Fastify's request. `undefined` when none of our middlewares has seen the request.
 */
export function sparkContext(source: object): Context | undefined {
  const candidate = source as {
    [CONTEXT]?: HostContext;
    raw?: WithContext;
    req?: WithContext;
    env?: { incoming?: WithContext };
  };
  return (
    candidate[CONTEXT] ??
    candidate.env?.incoming?.[CONTEXT] ??
    candidate.raw?.[CONTEXT] ??
    candidate.req?.[CONTEXT]
  );
}
