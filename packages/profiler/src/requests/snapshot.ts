import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { DurationHistogramData } from './duration-histogram.js';
import { DurationHistogram } from './duration-histogram.js';
import { RouteStats } from './route-stats.js';
import type { Rates } from './rate-window.js';

/** One row of a snapshot. */
export interface RouteSnapshot {
  readonly method: string;
  readonly route: string;
  readonly count: number;
  readonly aborted: number;
  readonly longLived: number;
  /** Requests by first digit of the status, 2 to 5. */
  readonly classes: readonly number[];
  readonly sum: Milliseconds;
  readonly min: Milliseconds;
  readonly max: Milliseconds;
  readonly requestBytes: Bytes;
  readonly responseBytes: Bytes;
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
  readonly routes: readonly RouteSnapshot[];
}

export function routeSnapshot(row: RouteStats, seconds: number, inFlight: number): RouteSnapshot {
  const { method, route, count, aborted, longLived, sum, max, requestBytes, responseBytes } = row;
  return {
    ...{ method, route, count, aborted, longLived, sum, max, requestBytes, responseBytes },
    min: row.durations.count === 0 ? 0 : row.min,
    classes: [...row.classes],
    inFlight,
    inFlightMax: Math.max(row.inFlightMax, inFlight),
    memory: [row.memory, row.memorySamples],
    cpu: [row.cpu, row.cpuSamples],
    durations: row.durations.toJSON(),
    recent: row.recent().toJSON(),
    rates: row.rates.rates(seconds, count),
  };
}

/** A row as it was when the snapshot was taken, but for the windows, which `recent` and `rates` of it hold. */
export function rowFrom(snapshot: RouteSnapshot): RouteStats {
  const row = new RouteStats(String(snapshot.method), String(snapshot.route));
  row.durations = DurationHistogram.fromJSON(snapshot.durations);
  row.count = snapshot.count;
  row.aborted = snapshot.aborted;
  row.longLived = snapshot.longLived;
  row.classes.set(snapshot.classes.slice(0, row.classes.length));
  row.sum = snapshot.sum;
  row.min = row.durations.count === 0 ? Infinity : snapshot.min;
  row.max = snapshot.max;
  row.requestBytes = snapshot.requestBytes;
  row.responseBytes = snapshot.responseBytes;
  row.inFlight = snapshot.inFlight;
  row.inFlightMax = snapshot.inFlightMax;
  [row.memory, row.memorySamples] = snapshot.memory;
  [row.cpu, row.cpuSamples] = snapshot.cpu;
  return row;
}
