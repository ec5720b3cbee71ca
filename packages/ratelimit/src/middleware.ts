import type { Context, Middleware } from '@spark-perf/core';
import type { KeyGenerator } from './key-generator.js';
import { rateLimitFields } from './rate-limit-headers.js';
import { refuse } from './refuse.js';
import type { RequestDesk } from './request-desk.js';
import { settleOnClose } from './settle-on-close.js';
import { decisionOf, statusOf } from './verdict.js';

/** Context → key → verdict → header fields → next, or a refusal. */
export function rateLimitMiddleware<C extends Context>(
  desk: RequestDesk<C>,
  generator: KeyGenerator<C>,
): Middleware<C> {
  const { headers, dryRun, onLimit, clock } = desk.options;
  return async function rateLimit(ctx, next) {
    const charge = await desk.admit(ctx, generator);
    if (charge === undefined) return next();
    const { verdict } = charge;
    const status = statusOf(verdict, clock);
    if (!ctx.res.headersSent) {
      for (const style of headers) {
        for (const [name, value] of rateLimitFields(style, status)) ctx.res.setHeader(name, value);
      }
    }
    if (verdict.outcome.allowed) {
      settleOnClose(ctx, desk, charge);
      return next();
    }
    if (onLimit !== undefined) await onLimit(ctx, decisionOf(verdict, clock));
    if (dryRun) return next();
    refuse(ctx, verdict, status);
  };
}
