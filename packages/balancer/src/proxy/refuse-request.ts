import type { LoadBalancerEvents } from '../events.js';
import type { Exchange } from './exchange.js';

/** Answers 503: there is nobody to ask, or no time left to wait for somebody. */
export function refuseRequest(exchange: Exchange, reason: LoadBalancerEvents['rejected']['reason']): void {
  const { totals, events } = exchange.engine;
  totals.rejected++;
  events.emit('rejected', { reason });
  exchange.answer(503);
}
