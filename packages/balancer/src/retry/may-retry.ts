import type { UpstreamFailure } from '../errors.js';
import type { Exchange } from '../proxy/exchange.js';
import { RequestBody } from '../proxy/request-body.js';
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
  if (ctx.res.headersSent || ctx.res.destroyed || !isReplayable(exchange)) return false;
  if (attempts >= options.retry.attempts || now >= totalDeadline) return false;
  const rule = retryRule(failure, ctx.method);
  if (rule === 'never' || !servers.hasOther(now, [...(tried ?? []), server])) return false;
  return rule === 'free' || budget.withdraw(now);
}

/** Whether an answer with `status` is to be made up for elsewhere. */
export function mayRetryStatus(exchange: Exchange, server: UpstreamServer, status: number): boolean {
  const { retryOn } = exchange.engine.options;
  return retryOn.size > 0 && retryOn.has(status) && mayRetry(exchange, server, 'status');
}

/** Whether all of the request can be sent again. */
function isReplayable({ request }: Exchange): boolean {
  const body = request?.body;
  return !(body instanceof RequestBody) || body.replayable;
}
