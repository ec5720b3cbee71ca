import type { UpstreamFailure } from '../errors.js';

/** Methods whose second execution changes nothing more (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** How a failed attempt may be made up for: not at all, out of the budget, or without it. */
export type RetryRule = 'never' | 'budget' | 'free';

/**
 * What was provably not sent can be sent elsewhere whatever the method; what was lost with its connection, if
 * repeating it does no harm. Both add no load that the broken server would have carried, so they need no budget.
 */
export function retryRule(failure: UpstreamFailure | 'status', method: string): RetryRule {
  if (failure === 'connect') return 'free';
  if (!IDEMPOTENT.has(method)) return 'never';
  return failure === 'broken' ? 'free' : 'budget';
}
