import type { Clock, Milliseconds } from '@spark-perf/core';
import type { RateLimitDecision } from './decision.js';
import type { WindowPolicy } from './policy.js';
import type { PolicyStatus, RateLimitStatus } from './rate-limit-headers.js';
import type { AsyncWindows, SyncWindows, WindowOutcome } from './window-store.js';

/** How long who was refused a slot should wait: when one becomes free nobody knows. */
const SLOT_WAIT: Milliseconds = 1_000;

/** An outcome and where it comes from. */
export interface Verdict {
  readonly outcome: WindowOutcome;
  readonly policies: readonly WindowPolicy[];
  /** Where the charge is, if there is one. */
  readonly windows: SyncWindows | AsyncWindows | undefined;
  /** Whether the store was out of reach and nothing else was asked. */
  readonly unavailable: boolean;
}

/** A copy to keep: a synchronous store hands out one outcome again and again. */
export function keepOutcome({
  allowed,
  at,
  remaining,
  retryAfter,
  slotDenied,
}: WindowOutcome): WindowOutcome {
  return { allowed, at, remaining: Array.from(remaining), retryAfter: Array.from(retryAfter), slotDenied };
}

/** The policy that is nearest to its end: of those that refuse the one that does longest, else the one with least left. */
export function tightestOf(outcome: WindowOutcome): number {
  const { remaining, retryAfter } = outcome;
  let tightest = 0;
  for (let i = 1; i < remaining.length; i++) {
    const wait = (retryAfter[i] as number) - (retryAfter[tightest] as number);
    if (wait > 0 || (!(wait < 0) && (remaining[i] as number) < (remaining[tightest] as number))) tightest = i;
  }
  return tightest;
}

/** Time until the call may come again; 0 when it passed. */
export function waitOf(outcome: WindowOutcome, tightest: number): Milliseconds {
  if (outcome.allowed) return 0;
  return outcome.slotDenied ? SLOT_WAIT : (outcome.retryAfter[tightest] as number);
}

/** A decision of its own, to keep. */
export function decisionOf({ outcome, policies }: Verdict, clock: Clock): RateLimitDecision {
  const tightest = tightestOf(outcome);
  const policy = policies[tightest] as WindowPolicy;
  const retryAfter = waitOf(outcome, tightest);
  return {
    allowed: outcome.allowed,
    limit: policy.maxRequests,
    remaining: outcome.remaining[tightest] as number,
    resetTime: clock.wallNow() + (outcome.allowed ? policy.windowSize : retryAfter),
    retryAfter,
  };
}

/** What header fields tell of it. */
export function statusOf({ outcome, policies }: Verdict, clock: Clock): RateLimitStatus {
  const list = policies.map(({ name, maxRequests, windowSize }, i): PolicyStatus => {
    const wait = outcome.retryAfter[i] as number;
    const reset = wait === Infinity ? windowSize : wait > 0 ? wait : outcome.allowed ? windowSize : undefined;
    return { name, limit: maxRequests, windowSize, remaining: outcome.remaining[i] as number, reset };
  });
  const index = tightestOf(outcome);
  const tightest = list[index] as PolicyStatus;
  const wait = waitOf(outcome, index);
  const ahead = wait > 0 && wait < Infinity ? wait : tightest.windowSize;
  return { policies: list, tightest, resetTime: clock.wallNow() + ahead };
}

/** The names of the policies that refused. */
export function violatedPolicies({ outcome, policies }: Verdict): string[] {
  return policies.flatMap(({ name }, i) => ((outcome.retryAfter[i] as number) > 0 ? [name] : []));
}
