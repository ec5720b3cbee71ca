import type { UpstreamFailure } from '../errors.js';
import type { Exchange } from '../proxy/exchange.js';
import type { UpstreamServer } from '../servers/upstream-server.js';
import { retryRule } from './retry-rules.js';

/**
 * Whether a request that `server` has failed may go to another one, and takes it out of the budget where that counts:
 * the client has seen nothing, time and attempts are left, the body can be sent again, and there is somebody to ask.
 */
export function mayRetry(
  exchange: Exchange,
  server: UpstreamServer,
  failure: UpstreamFailure | 'status',
): boolean {
  const { ctx, engine, attempts, tried, totalDeadline } = exchange;
  const { options, budget, servers } = engine;
  const now = options.clock.now();
  if (ctx.res.headersSent || ctx.res.destroyed || !exchange.replayable) return false;
  if (attempts >= options.retry.attempts || now >= totalDeadline) return false;
  const rule = retryRule(failure, ctx.method);
  if (rule === 'never' || !servers.hasOther(now, [...(tried ?? []), server])) return false;
  return rule === 'free' || budget.withdraw(now);
}
