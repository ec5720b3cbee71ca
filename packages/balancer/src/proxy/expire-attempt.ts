import type { Milliseconds } from '@spark-perf/core';
import { UpstreamError } from '../errors.js';
import type { Attempt } from './attempt.js';
import type { Exchange } from './exchange.js';

/** An attempt's time is over: what follows is decided by whose turn it was. */
export function expireAttempt(exchange: Exchange, attempt: Attempt, now: Milliseconds): void {
  const { ctx, engine, request, totalDeadline } = exchange;
  if (attempt.waitsForClient) {
    // One that does not read is not the server's fault.
    attempt.cancel();
    ctx.res.destroy();
  } else if (!attempt.dispatched) {
    engine.events.emit('hookFailed', { error: new Error('beforeRequest has not ended in time') });
    exchange.refuse(attempt, now >= totalDeadline ? 504 : 500);
  } else if (!attempt.connected) {
    attempt.fail('connect', new UpstreamError('connect', 'Connect timeout'));
  } else if (!attempt.answered && request?.waitsForClient() === true) {
    ctx.res.shouldKeepAlive = false;
    exchange.refuse(attempt, 408);
  } else attempt.fail('timeout', new UpstreamError('timeout', 'No byte in time'));
}
