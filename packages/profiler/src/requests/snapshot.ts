import type { Bytes } from '@spark-perf/core';
import type { DurationHistogramData } from './duration-histogram.js';
import { DurationHistogram } from './duration-histogram.js';
import type { Rates } from './rate-window.js';
import type { RouteTotals } from './route-stats.js';
import { RouteStats } from './route-stats.js';

/** One row of a snapshot. */
export interface RouteSnapshot extends RouteTotals {
  readonly method: string;
  readonly route: string;
  readonly count: number;
  readonly inFlight: number;
  readonly inFlightMax: number;
  readonly memory: readonly [sum: Bytes, samples: number];
  readonly cpu: readonly [sum: number, samples: number];
  readonly durations: DurationHistogramData;
  readonly recent: DurationHistogramData;
  readonly rates: Rates;
}

/** What a profiler has counted, as plain data that survives JSON. Numbers only and the names of routes. */
export interface ProfilerSnapshot {
  readonly version: 1;
  /** The most requests in flight at once, of all routes together. */
  readonly inFlightMax: number;
  readonly routes: readonly RouteSnapshot[];
}

export function routeSnapshot(row: RouteStats, seconds: number, inFlight: number): RouteSnapshot {
  const { method, route, count } = row;
  const { all, recent } = row.durationData();
  const { aborted, longLived, classes, sum, min, max, requestBytes, responseBytes } = row.totals();
  // Named one by one: spreading costs several times as much, and a page that is watched asks once a second.
  return {
    method,
    route,
    count,
    aborted,
    longLived,
    classes,
    sum,
    min,
    max,
    requestBytes,
    responseBytes,
    inFlight,
    inFlightMax: Math.max(row.inFlightMax, inFlight),
    memory: [row.memory, row.memorySamples],
    cpu: [row.cpu, row.cpuSamples],
    durations: all,
    recent,
    rates: row.rates.rates(seconds, count),
  };
}

/** A row as it was when the snapshot was taken, but for the windows, which `recent` and `rates` of it hold. */
export function rowFrom(snapshot: RouteSnapshot): RouteStats {
  const row = new RouteStats(String(snapshot.method), String(snapshot.route));
  row.durations = DurationHistogram.fromJSON(snapshot.durations);
  row.restore(snapshot);
  row.inFlight = snapshot.inFlight;
  row.inFlightMax = snapshot.inFlightMax;
  [row.memory, row.memorySamples] = snapshot.memory;
  [row.cpu, row.cpuSamples] = snapshot.cpu;
  return row;
}
