import type { Context } from '@spark-perf/core';
import { onResponseClose } from '@spark-perf/core';
import type { Charge, RequestDesk } from './request-desk.js';

/** When the response is over, gives the slot back, and the cost where the options say so. */
export function settleOnClose<C extends Context>(ctx: C, desk: RequestDesk<C>, charge: Charge): void {
  const { skipSuccessfulRequests, skipFailedRequests } = desk.options;
  const { verdict, lease } = charge;
  if (!verdict.outcome.allowed) return;
  if (lease === undefined && !skipSuccessfulRequests && !skipFailedRequests) return;
  const settle = (delivered: boolean): void => {
    const failed = !delivered || ctx.res.statusCode >= 400;
    // A store that can't be reached now lets its lease run out.
    desk.settle(charge, failed ? skipFailedRequests : skipSuccessfulRequests).catch(() => {});
  };
  // A client that left while the store was asked: `close` will not come again.
  if (ctx.res.closed || ctx.res.destroyed) settle(false);
  else onResponseClose(ctx.res, settle);
}
