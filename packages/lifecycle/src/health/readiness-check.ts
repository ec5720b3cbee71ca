import type { Milliseconds } from '@spark-perf/core';

/** Whether something the service needs is there: `false` or an error says no, anything else yes. */
export type ReadinessCheck = () => unknown;

/** Options of `addReadinessCheck`. */
export interface ReadinessCheckOptions {
  /** How long one look may take; more than 0. Longer counts as not ready. @default 1_000 */
  readonly timeout?: Milliseconds | undefined;
}
