import { InvalidOptionError } from '@spark-perf/core';
import { DurationHistogram } from './requests/duration-histogram.js';
import type { Rates } from './requests/rate-window.js';
import type { RouteReport } from './requests/route-report.js';
import { routeReport } from './requests/route-report.js';
import type { RouteStats } from './requests/route-stats.js';
import type { ProfilerSnapshot, RouteSnapshot } from './requests/snapshot.js';
import { rowFrom } from './requests/snapshot.js';

interface Merged {
  readonly row: RouteStats;
  readonly recent: DurationHistogram;
  rates: Rates;
}

/**
 * One report of what several processes have counted, as `getReport` gives it of one. Histograms are added, so its
 * percentiles are those of all requests together; rates add up; `inFlightMax` is the sum of the processes' maxima, an
 * upper bound.
 *
 * @throws InvalidOptionError when a part is no snapshot, or one of another version
 */
export function mergeReports(parts: readonly ProfilerSnapshot[]): Record<string, RouteReport> {
  const merged = mergedRows(parts, (snapshot) => `${snapshot.method} ${snapshot.route}`);
  let total = 0;
  for (const { row } of merged.values()) total += row.sum;
  const report: Record<string, RouteReport> = {};
  for (const one of merged.values()) report[one.row.key] = reportOf(one, total);
  return report;
}

/**
 * The same over all routes, as `getTotals` gives it of one process.
 *
 * @throws InvalidOptionError when a part is no snapshot, or one of another version
 */
export function mergeTotals(parts: readonly ProfilerSnapshot[]): RouteReport {
  const [all] = mergedRows(parts, () => '').values();
  const empty = { version: VERSION, inFlightMax: 0, routes: [EMPTY] } as const;
  const one = all ?? [...mergedRows([empty], () => '').values()][0]!;
  // Routes need not have had their most at the same time.
  const inFlightMax = parts.reduce((sum, part) => sum + part.inFlightMax, 0);
  return { ...reportOf(one, one.row.sum), inFlightMax };
}

/** Of `ProfilerSnapshot`. */
const VERSION = 1;

const EMPTY: RouteSnapshot = {
  ...{ method: '_OTHER', route: '_total', count: 0, aborted: 0, longLived: 0, classes: [], sum: 0, min: 0 },
  ...{ max: 0, requestBytes: 0, responseBytes: 0, inFlight: 0, inFlightMax: 0, memory: [0, 0], cpu: [0, 0] },
  ...{ durations: { buckets: [] }, recent: { buckets: [] }, rates: { '10s': 0, '1m': 0, '5m': 0 } },
};

function mergedRows(
  parts: readonly ProfilerSnapshot[],
  keyOf: (snapshot: RouteSnapshot) => string,
): Map<string, Merged> {
  checkParts(parts);
  const merged = new Map<string, Merged>();
  for (const snapshot of parts.flatMap(({ routes }) => routes)) {
    const key = keyOf(snapshot);
    const recent = DurationHistogram.fromJSON(snapshot.recent);
    const row = rowFrom(snapshot);
    const first = merged.get(key);
    if (first === undefined) {
      merged.set(key, { row, recent, rates: snapshot.rates });
      continue;
    }
    const inFlightMax = first.row.inFlightMax + row.inFlightMax;
    first.row.merge(row);
    first.row.inFlightMax = inFlightMax;
    first.recent.merge(recent);
    first.rates = {
      '10s': first.rates['10s'] + snapshot.rates['10s'],
      '1m': first.rates['1m'] + snapshot.rates['1m'],
      '5m': first.rates['5m'] + snapshot.rates['5m'],
    };
  }
  return merged;
}

function reportOf({ row, recent, rates }: Merged, total: number): RouteReport {
  return { ...routeReport(row, 1, total, row.inFlight, recent), rates };
}

/** Parts come from other processes, which may run another release. */
function checkParts(parts: unknown): void {
  if (!Array.isArray(parts)) throw new InvalidOptionError('parts', 'a list of snapshots', parts);
  for (const [i, part] of (parts as (Partial<ProfilerSnapshot> | null | undefined)[]).entries()) {
    if (!Array.isArray(part?.routes)) throw new InvalidOptionError(`parts[${i}]`, 'a snapshot', part);
    if (part.version !== VERSION)
      throw new InvalidOptionError(`parts[${i}].version`, String(VERSION), part.version);
    if (!Number.isFinite(part.inFlightMax))
      throw new InvalidOptionError(`parts[${i}].inFlightMax`, 'a number', part.inFlightMax);
  }
}
