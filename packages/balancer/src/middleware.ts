import type { Middleware } from '@spark-perf/core';
import { Exchange } from './proxy/exchange.js';
import type { ProxyEngine } from './proxy/proxy-engine.js';

/** Relays every request that reaches it; `next` is never called. Resolves when the response is over. */
export function balancerMiddleware(engine: ProxyEngine): Middleware {
  return (ctx) =>
    new Promise<void>((resolve) => {
      new Exchange(engine, ctx, undefined, resolve).start();
    });
}
