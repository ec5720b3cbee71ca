import type { Attempt } from './attempt.js';
import type { UpstreamRequest } from '../transport/upstream-transport.js';
import type { Exchange } from './exchange.js';
import type { PreparedRequest } from './prepare-request.js';
import { upstreamRequest } from './upstream-request.js';

/** Makes the request for the attempt's server, which may wait for a hook, and hands it to the transport. */
export function sendAttempt(exchange: Exchange, attempt: Attempt, prepared: PreparedRequest): void {
  const made = upstreamRequest(exchange, prepared, attempt.server);
  if (!(made instanceof Promise)) {
    if (made === undefined) exchange.refuse(attempt, 500);
    else dispatch(attempt, made);
    return;
  }
  void made.then((request) => {
    // Meanwhile the client may have left, or time be over.
    if (!exchange.isCurrent(attempt)) return;
    if (request === undefined) exchange.refuse(attempt, 500);
    else dispatch(attempt, request);
  });
}

function dispatch(attempt: Attempt, request: UpstreamRequest): void {
  attempt.dispatched = true;
  attempt.server.transport.dispatch(request, attempt);
}
