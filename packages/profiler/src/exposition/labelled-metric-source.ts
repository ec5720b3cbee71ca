import type { MetricSource } from '@spark-perf/core';

/** A source whose samples are told apart from those of others of its kind: `{ source: limiter, labels: { limiter: 'api' } }`. */
export interface LabelledMetricSource {
  /** Whose metrics are shown. */
  readonly source: MetricSource;
  /**
   * Added to each of its samples; a label that a sample has already stays as it is. Names are letters, digits and `_`,
   * begin with no digit and not with `__`, and are neither `le` nor `quantile`; values are non-empty.
   */
  readonly labels: Readonly<Record<string, string>>;
}
