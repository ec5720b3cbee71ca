import type { ResolvedOutlierOptions } from './outlier-options.js';

/** How one server did in an interval. */
export interface IntervalFigures<S> {
  readonly server: S;
  readonly total: number;
  readonly good: number;
}

/**
 * Those whose success rate lies more than `successRateFactor` standard deviations below the mean of all. Source:
 * Envoy's success rate outlier detection.
 */
export function successRateOutliers<S>(
  figures: readonly IntervalFigures<S>[],
  options: ResolvedOutlierOptions,
): S[] {
  const { successRateServers, successRateVolume, successRateFactor } = options;
  const busy = figures.filter(({ total }) => total > 0 && total >= successRateVolume);
  if (successRateServers === 0 || busy.length < successRateServers) return [];
  const rates = busy.map(({ good, total }) => good / total);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  const bound = mean - successRateFactor * Math.sqrt(variance);
  // Rounding makes equal rates differ from their mean by a hair.
  return busy.filter((_, index) => rates[index]! < bound - 1e-9).map(({ server }) => server);
}
