import type { MetricFamily, MetricSample, MetricSource } from '@spark-perf/core';

/** A family whose samples are made while they are rendered. */
export interface LazyFamily extends Omit<MetricFamily, 'samples'> {
  readonly samples: Iterable<MetricSample>;
}

/** A source that need not make all of its samples at once: `metrics` prefers this to `collect`. */
export interface LazyMetricSource extends MetricSource {
  collectLazily(): readonly LazyFamily[];
}

/** The families with all their samples, for `collect`. */
export function collected(families: readonly LazyFamily[]): MetricFamily[] {
  return families.map((family) => ({ ...family, samples: [...family.samples] }));
}
