import type { Clock, Middleware, Milliseconds } from '@spark-perf/core';
import { delay, systemClock } from '@spark-perf/core';

/** What the chaos sends to a worker. */
export interface SlowDownMessage {
  readonly demo: 'slow-down';
  /** How much longer every request takes. */
  readonly by: Milliseconds;
  /** For how long. */
  readonly during: Milliseconds;
}

/** Holds requests up while the primary has asked for it. */
export function slowDown(clock: Clock = systemClock): Middleware {
  let until: Milliseconds = 0;
  let by: Milliseconds = 0;
  process.on('message', (message: unknown) => {
    const order = message as Partial<SlowDownMessage> | null;
    if (order?.demo !== 'slow-down') return;
    by = Math.min(5_000, Number(order.by));
    until = clock.now() + Math.min(60_000, Number(order.during));
  });
  return async (_ctx, next) => {
    if (clock.now() < until) await delay(clock, by);
    return next();
  };
}
