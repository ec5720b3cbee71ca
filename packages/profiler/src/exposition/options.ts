import type { Clock, Logger, MetricSource } from '@spark-perf/core';
import type { LabelledMetricSource } from './labelled-metric-source.js';

/** Options of `metrics`. */
export interface MetricsOptions {
  /**
   * Whose metrics are shown: profilers, monitors, and every other engine. Two of a kind need labels that tell them
   * apart: of a series that several have, only the first is shown.
   */
  readonly sources: readonly (MetricSource | LabelledMetricSource)[];
  /** Told of sources that fail, and of metrics and series that are left out. @default silentLogger */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}
