import type { Emitter, Logger, Unsubscribe } from '@spark-perf/core';
import type { LoadBalancerEvents } from './events.js';

/** Says in a log what an operator should know. */
export function logEvents(events: Emitter<LoadBalancerEvents>, logger: Logger): Unsubscribe[] {
  return [
    events.on('ejected', ({ id, reason, duration }) =>
      logger.warn(
        `LoadBalancer: server ${id} is out (${reason}) ${duration === Infinity ? 'until checks pass' : `for ${duration} ms`}`,
      ),
    ),
    events.on('recovered', ({ id }) => logger.info(`LoadBalancer: server ${id} is back`)),
    events.on('panic', ({ servers }) =>
      logger.error(`LoadBalancer: no server is healthy, requests go to all ${servers}`),
    ),
    events.on('discoveryFailed', ({ id, error }) =>
      logger.warn(`LoadBalancer: ${id} could not be resolved`, error),
    ),
    events.on('hookFailed', ({ error }) => logger.error('LoadBalancer: a hook failed', error)),
  ];
}
