import type { Milliseconds } from '@spark-perf/core';
import type { BucketCounts } from './bucket-counts.js';

/** One route of one process. */
export interface RouteReading {
  readonly method: string;
  readonly route: string;
  /** Requests over, aborted ones among them. */
  readonly count: number;
  /** 5xx and thrown. */
  readonly failed: number;
  /** 4xx. */
  readonly refused: number;
  /** Left by their client. */
  readonly aborted: number;
  /** Time spent on all of them. */
  readonly time: Milliseconds;
  readonly inFlight: number;
  /** Requests per second over the last ten. */
  readonly rate: number;
  /** Durations of the last one to two minutes. */
  readonly recent: BucketCounts;
}

/** What a profiler has counted. */
export interface ProfileReading {
  readonly routes: readonly RouteReading[];
  /** Durations since the start of all routes together, by power of two, see `heatClass`. */
  readonly heat: readonly number[];
}

/** Rows of the heatmap: powers of two, the lowest below 82 µs, the highest from 10.7 s on. */
export const HEAT_CLASSES = 19;
const LOWEST_OCTAVE = 7;

/** The row of the heatmap that a bucket belongs to. */
function heatClass(bucket: number): number {
  return Math.min(HEAT_CLASSES - 1, Math.max(0, Math.floor(bucket / 64) - LOWEST_OCTAVE));
}

/** What a profiler's `serialize()` tells, less what the page does not show. `undefined` where it is none. */
export function profileReading(snapshot: unknown): ProfileReading | undefined {
  const rows = (snapshot as { routes?: unknown } | null | undefined)?.routes;
  if (!Array.isArray(rows)) return undefined;
  const heat = new Array<number>(HEAT_CLASSES).fill(0);
  const routes = rows.map((row: Partial<ProfilerRow>): RouteReading => {
    const durations = row.durations?.buckets ?? [];
    for (let i = 0; i < durations.length; i += 2) heat[heatClass(durations[i]!)]! += durations[i + 1]!;
    return {
      method: String(row.method ?? ''),
      route: String(row.route ?? ''),
      count: number(row.count),
      failed: number(row.classes?.[5]),
      refused: number(row.classes?.[4]),
      aborted: number(row.aborted),
      time: number(row.sum),
      inFlight: number(row.inFlight),
      rate: number(row.rates?.['10s']),
      recent: row.recent?.buckets ?? [],
    };
  });
  return { routes: routes.filter(({ count, inFlight }) => count > 0 || inFlight > 0), heat };
}

/** The part of a profiler's snapshot that is read here. */
interface ProfilerRow {
  readonly method: unknown;
  readonly route: unknown;
  readonly count: unknown;
  readonly aborted: unknown;
  readonly classes: readonly unknown[];
  readonly sum: unknown;
  readonly inFlight: unknown;
  readonly rates: Readonly<Record<string, unknown>>;
  readonly durations: { readonly buckets: BucketCounts };
  readonly recent: { readonly buckets: BucketCounts };
}

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
