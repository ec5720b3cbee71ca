import type { Milliseconds } from '@spark-perf/core';

/** A value at a time. */
export interface Point {
  readonly at: Milliseconds;
  readonly value: number;
}

/** Slope with its 95 % confidence interval, in the value's unit per ms. */
export interface Slope {
  readonly slope: number;
  readonly lower: number;
  readonly upper: number;
}

/** The quantile of the normal distribution for a two-sided 95 %. */
const Z = 1.959964;

/**
 * The median of the slopes of all pairs (H. Theil 1950, P. K. Sen 1968): up to 29 % outliers don't move it. The
 * interval is Sen's, from the variance of Kendall's S. O(n² log n).
 */
export function theilSen(points: readonly Point[]): Slope {
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const time = points[j]!.at - points[i]!.at;
      if (time > 0) slopes.push((points[j]!.value - points[i]!.value) / time);
    }
  }
  if (slopes.length === 0) return { slope: 0, lower: -Infinity, upper: Infinity };
  slopes.sort((a, b) => a - b);
  const n = points.length;
  const spread = Z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const below = Math.floor((slopes.length - spread) / 2);
  const above = Math.ceil((slopes.length + spread) / 2);
  return {
    slope: median(slopes),
    lower: below < 0 ? -Infinity : slopes[below]!,
    upper: above >= slopes.length ? Infinity : slopes[above]!,
  };
}

/** The median of sorted numbers. */
export function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
