import type { Context, Milliseconds } from '@spark-perf/core';
import { answerError } from '@spark-perf/core';

const ERRORS = {
  400: 'Bad request',
  408: 'Request timeout',
  415: 'Unsupported media type',
  500: 'Internal server error',
  501: 'Not implemented',
  502: 'Bad gateway',
  503: 'Service unavailable',
  504: 'Gateway timeout',
} as const;

const MESSAGES = {
  400: 'The request target can not be relayed',
  408: 'The request body did not arrive in time',
  415: 'The request body can not be relayed in this media type',
  500: 'The request could not be processed',
  501: 'The transfer coding of the request is not supported',
  502: 'The upstream server gave no valid answer',
  503: 'No upstream server is available',
  504: 'The upstream server did not answer in time',
} as const;

export type FailureStatus = keyof typeof ERRORS;

/**
 * Answers for the balancer itself. What an upstream or an error said is never in it.
 * @param retryAfter until when the state of the servers is known to stay
 */
export function answerFailure(ctx: Context, status: FailureStatus, retryAfter: Milliseconds): void {
  const { res } = ctx;
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  if (status === 503) {
    // Beyond the end of the next ejection nothing is known: soon.
    const seconds = Number.isFinite(retryAfter) ? Math.ceil(retryAfter / 1_000) : 1;
    res.setHeader('Retry-After', Math.min(30, Math.max(1, seconds)));
  }
  ctx.responded = false; // it was claimed for the answer that did not come
  answerError(ctx, { status, body: { error: ERRORS[status], message: MESSAGES[status] } });
}
