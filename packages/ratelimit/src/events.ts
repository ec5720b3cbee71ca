import type { Milliseconds } from '@spark-perf/core';
import type { RateLimitDecision } from './decision.js';

export interface RateLimiterEvents {
  /** A call passed. `key` comes from a client: escape it before it reaches a log. */
  allowed: { readonly key: string; readonly decision: RateLimitDecision };
  /** A call was refused (with `dryRun` only in name). */
  denied: { readonly key: string; readonly decision: RateLimitDecision };
  /** The store failed or did not answer in time: `onStoreError` decides until it is back. */
  storeError: { readonly error: unknown };
  /** The store answers again. */
  storeRecovered: { readonly downFor: Milliseconds };
}
