import type { Bytes, Milliseconds } from '@spark-perf/core';
import { withoutLoad } from './load-adjustment.js';
import type { LoadedPoint } from './load-adjustment.js';
import { median, theilSen } from './theil-sen.js';
import type { Point } from './theil-sen.js';

/** What a series must show before it counts as growing. */
export interface GrowthBounds {
  /** Growth over the window. */
  readonly threshold: Bytes;
  /** What the series may grow to. */
  readonly limit: Bytes;
  /** The limit must be reached within this time. */
  readonly horizon: Milliseconds;
}

/** What one series shows. Slopes are bytes per second. */
export interface GrowthEvidence {
  readonly growing: boolean;
  readonly points: number;
  readonly slope: number;
  /** 95 % confidence bounds of the slope; `null` where there are too few points for one. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Slopes of the first half of the window, of the second, and of the last quarter. */
  readonly halves: readonly [first: number, second: number];
  readonly lately: number;
  /** Between the ends of the window. */
  readonly growth: Bytes;
  /** Until the limit at this slope; `null` when it does not grow. */
  readonly timeToLimit: Milliseconds | null;
  readonly explainedByLoad: boolean;
}

/** The share of the overall slope that a part of the window must show: a cache that has filled up shows none. */
const STILL = 0.25;

/**
 * Whether a series grows as a leak does: certainly (Sen's lower bound above 0), materially, in both halves of the
 * window and of late, towards its limit within the horizon, and not because of the load.
 */
export function testGrowth(points: readonly LoadedPoint[], bounds: GrowthBounds): GrowthEvidence {
  const { slope, lower, upper } = theilSen(points);
  const middle = points.length >> 1;
  const first = theilSen(points.slice(0, middle)).slope;
  const second = theilSen(points.slice(middle)).slope;
  const lately = theilSen(points.slice(-Math.max(3, points.length >> 2))).slope;
  const growth = endOf(points.slice(-3)) - endOf(points.slice(0, 3));
  const timeToLimit = slope > 0 ? Math.max(0, bounds.limit - endOf(points.slice(-3))) / slope : null;
  const rest = withoutLoad(points);
  const adjusted = rest === undefined ? undefined : theilSen(rest);
  const explainedByLoad =
    slope > 0 && adjusted !== undefined && (adjusted.lower <= 0 || adjusted.slope < STILL * slope);
  const enough = STILL * slope;
  const growing =
    lower > 0 &&
    growth >= bounds.threshold &&
    first > 0 &&
    second >= enough &&
    lately >= enough &&
    timeToLimit !== null &&
    timeToLimit <= bounds.horizon &&
    !explainedByLoad;
  return {
    growing,
    points: points.length,
    slope: slope * 1_000,
    lower: Number.isFinite(lower) ? lower * 1_000 : null,
    upper: Number.isFinite(upper) ? upper * 1_000 : null,
    halves: [first * 1_000, second * 1_000],
    lately: lately * 1_000,
    growth,
    timeToLimit,
    explainedByLoad,
  };
}

function endOf(points: readonly Point[]): number {
  return points.length === 0 ? 0 : median(points.map(({ value }) => value).sort((a, b) => a - b));
}
