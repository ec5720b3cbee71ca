import type { Clock, Logger, MetricSource } from '@spark-perf/core';

/** Options of `metrics`. */
export interface MetricsOptions {
  /** Whose metrics are shown: profilers, monitors, and every other engine. */
  readonly sources: readonly MetricSource[];
  /** Told of sources that fail. @default silentLogger */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}
