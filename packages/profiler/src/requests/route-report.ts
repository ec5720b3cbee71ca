import type { Bytes, Milliseconds, Ratio } from '@spark-perf/core';
import type { DurationHistogram } from './duration-histogram.js';
import type { Rates } from './rate-window.js';
import type { RouteStats } from './route-stats.js';

/** Percentiles in ms, each at most 1 % off from 1 µs to an hour; 0 when nothing was counted. */
export interface Percentiles {
  readonly p50: Milliseconds;
  readonly p90: Milliseconds;
  readonly p95: Milliseconds;
  readonly p99: Milliseconds;
  readonly p999: Milliseconds;
}

/** How much of a route the averages of CPU and memory are taken from. */
export interface Coverage {
  /** Requests that were alone from start to end, with no collection in between, and were measured. */
  readonly samples: number;
  /** Those as a share of `count`. */
  readonly coverage: Ratio;
}

/** What is known of one route since the start. Durations are those of answered requests: aborted ones have none. */
export interface RouteReport extends Percentiles {
  /** Requests over: those answered and those aborted. Long-lived ones are not in it. */
  readonly count: number;
  readonly averageDuration: Milliseconds;
  readonly maxDuration: Milliseconds;
  readonly minDuration: Milliseconds;
  /** 5xx and thrown errors as a share of `count`. */
  readonly errorRate: Ratio;
  /** 4xx as a share of `count`. */
  readonly clientErrorRate: Ratio;
  /** Heap allocated by one isolated request on average, in bytes; `null` where none was measured. */
  readonly averageMemory: Bytes | null;
  /** CPU time, user and system, of one isolated request on average, in µs; `null` where none was measured. */
  readonly averageCpu: number | null;
  readonly isolated: Coverage;
  /** Requests per second. */
  readonly rates: Rates;
  readonly statusClasses: Readonly<Record<'2xx' | '3xx' | '4xx' | '5xx', number>>;
  readonly inFlight: number;
  readonly inFlightMax: number;
  /** Body bytes received and sent. */
  readonly requestBytes: Bytes;
  readonly responseBytes: Bytes;
  /** Requests whose client left before the answer was complete (499): in `count`, and nowhere else. */
  readonly aborted: number;
  /** Event streams, upgrades and long polls: in nothing else. */
  readonly longLived: number;
  /** The route's share of the time spent on all requests. */
  readonly timeShare: Ratio;
  /** Durations of the last one to two minutes. */
  readonly recent: Percentiles & { readonly count: number };
}

/** The report of one row; `totalTime` is the time spent on all rows, `seconds` how long counting has gone on. */
export function routeReport(
  row: RouteStats,
  seconds: number,
  totalTime: Milliseconds,
  inFlight: number,
  recent = row.recent(),
): RouteReport {
  const { count, cpuSamples, memorySamples } = row;
  const totals = row.totals();
  const { classes, min, max } = totals;
  const share = (part: number, whole: number): Ratio => (whole > 0 ? part / whole : 0);
  return {
    count,
    averageDuration: share(totals.sum, row.durations.count),
    maxDuration: max,
    minDuration: min,
    errorRate: share(classes[5]!, count),
    clientErrorRate: share(classes[4]!, count),
    averageMemory: memorySamples === 0 ? null : row.memory / memorySamples,
    averageCpu: cpuSamples === 0 ? null : row.cpu / cpuSamples,
    isolated: {
      samples: Math.max(memorySamples, cpuSamples),
      coverage: share(Math.max(memorySamples, cpuSamples), count),
    },
    ...percentiles(row.durations, min, max),
    rates: row.rates.rates(seconds, count),
    statusClasses: { '2xx': classes[2]!, '3xx': classes[3]!, '4xx': classes[4]!, '5xx': classes[5]! },
    inFlight,
    inFlightMax: Math.max(row.inFlightMax, inFlight),
    requestBytes: totals.requestBytes,
    responseBytes: totals.responseBytes,
    aborted: totals.aborted,
    longLived: totals.longLived,
    timeShare: share(totals.sum, totalTime),
    recent: { count: recent.count, ...percentiles(recent, min, max) },
  };
}

const SHARES: readonly Ratio[] = [0.5, 0.9, 0.95, 0.99, 0.999];

function percentiles(durations: DurationHistogram, min: Milliseconds, max: Milliseconds): Percentiles {
  const found = durations.percentiles(SHARES);
  // The extremes are known exactly: a bucket's midpoint may lie beyond them.
  const at = (i: number): Milliseconds =>
    durations.count === 0 ? 0 : Math.min(max, Math.max(min, found[i] ?? 0));
  return { p50: at(0), p90: at(1), p95: at(2), p99: at(3), p999: at(4) };
}
