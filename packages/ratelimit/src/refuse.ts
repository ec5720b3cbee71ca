import type { Context } from '@spark-perf/core';
import { answerError } from '@spark-perf/core';
import { deltaSeconds } from './headers/delta-seconds.js';
import type { RateLimitStatus } from './rate-limit-headers.js';
import type { Verdict } from './verdict.js';
import { tightestOf, violatedPolicies, waitOf } from './verdict.js';

const PROBLEMS = 'https://iana.org/assignments/http-problem-types#';

/**
 * 429 with the guide's body, or the `quota-exceeded` problem of draft-ietf-httpapi-ratelimit-headers where `Accept` names
 * problems. 503 where the store is out of reach and `onStoreError` is `closed`: it is not the client who did too much.
 */
export function refuse(ctx: Context, verdict: Verdict, status: RateLimitStatus): void {
  const { outcome, unavailable } = verdict;
  const wait = waitOf(outcome, tightestOf(outcome));
  const retryAfter = deltaSeconds(wait === Infinity ? status.tightest.windowSize : wait);
  if (!ctx.res.headersSent) ctx.res.setHeader('Retry-After', String(retryAfter));
  if (unavailable) {
    answerError(ctx, {
      status: 503,
      body: { error: 'Rate limiter unavailable', retryAfter },
      problem: {
        type: `${PROBLEMS}temporary-reduced-capacity`,
        title: 'Rate limiter unavailable',
        retryAfter,
      },
    });
    return;
  }
  const names = outcome.slotDenied ? ['concurrency'] : violatedPolicies(verdict);
  answerError(ctx, {
    status: 429,
    body: { error: 'Rate limit exceeded', retryAfter },
    problem: {
      type: `${PROBLEMS}quota-exceeded`,
      title: 'Rate limit exceeded',
      'violated-policies': names,
      retryAfter,
    },
  });
}
