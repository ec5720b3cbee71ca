import type {
  Context,
  EventSource,
  Listener,
  MetricFamily,
  Middleware,
  Milliseconds,
  Unsubscribe,
} from '@spark-perf/core';
import { Emitter } from '@spark-perf/core';
import type { RequestProfilerEvents } from './events.js';
import type { LazyFamily, LazyMetricSource } from './exposition/lazy-family.js';
import { collected } from './exposition/lazy-family.js';
import { profilerMiddleware } from './middleware.js';
import type { RequestProfilerOptions, ResolvedRequestProfilerOptions } from './options.js';
import { resolveRequestProfilerOptions } from './options.js';
import type { NotableRequest } from './requests/notable-requests.js';
import type { RequestMetrics } from './requests/recorded-metrics.js';
import { checkMetrics, recordInto } from './requests/recorded-metrics.js';
import { requestFamilies } from './requests/request-metrics.js';
import { RequestTracker } from './requests/request-tracker.js';
import type { RouteReport } from './requests/route-report.js';
import { routeReport } from './requests/route-report.js';
import type { RouteStats } from './requests/route-stats.js';
import { RouteTable } from './requests/route-table.js';
import type { ProfilerSnapshot } from './requests/snapshot.js';
import { routeSnapshot } from './requests/snapshot.js';
import { sumOfRows } from './requests/sum-of-rows.js';

/** `getTotals`: all routes as one, and what can only be told of the process. */
export interface TotalsReport extends RouteReport {
  /** CPU time of the whole process since the profiler was made, by request, in ms; `null` before the first one. An average, no attribution. */
  readonly processCpuPerRequest: Milliseconds | null;
}

/** What `getStats` tells. */
export interface RequestProfilerStats {
  readonly totals: TotalsReport;
  /** Routes told apart. */
  readonly routes: number;
  /** Requests counted in `_overflow` because their route found no place. */
  readonly overflowed: number;
  /** Routes that gave their place to one met more often. */
  readonly evictions: number;
  /** Slow, critical and failed requests, oldest first. */
  readonly notable: readonly NotableRequest[];
}

/**
 * Profiles requests, cheaply enough to be left on: counts every request when its response closes, keeps durations in
 * mergeable histograms, a bounded number of routes, and the details of slow and failed requests only.
 */
export class RequestProfiler implements EventSource<RequestProfilerEvents>, LazyMetricSource {
  readonly #options: ResolvedRequestProfilerOptions;
  readonly #table: RouteTable;
  readonly #tracker: RequestTracker;
  readonly #events: Emitter<RequestProfilerEvents>;
  readonly #cpuAtStart = process.cpuUsage();
  #closed = false;

  /** @throws InvalidOptionError */
  constructor(options?: RequestProfilerOptions) {
    this.#options = resolveRequestProfilerOptions(options);
    const { clock, logger, maxRoutes } = this.#options;
    this.#events = new Emitter((error, event) => logger.error(`A listener of "${event}" failed`, error));
    this.#table = new RouteTable(maxRoutes, clock.now());
    this.#tracker = new RequestTracker(this.#options, this.#table, this.#events);
  }

  /** Goes first, before every other middleware. */
  middleware<C extends Context = Context>(): Middleware<C> {
    return profilerMiddleware<C>(this.#tracker);
  }

  on<K extends keyof RequestProfilerEvents>(
    event: K,
    listener: Listener<RequestProfilerEvents[K]>,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /**
   * Counts something that was measured elsewhere: a job, a message. `id` is bounded like routes; its part before a
   * colon is taken for a method where it is one.
   *
   * @throws InvalidOptionError
   */
  recordMetrics(id: string, metrics: RequestMetrics): void {
    checkMetrics(id, metrics);
    if (this.#closed || !this.#options.enabled) return;
    this.#tick();
    const colon = id.indexOf(':');
    const method = colon > 0 && /^[A-Z]+$/.test(id.slice(0, colon)) ? id.slice(0, colon) : '';
    const route = (method === '' ? id : id.slice(colon + 1)).slice(0, 256);
    recordInto(this.#table.admit(method, route), metrics);
  }

  /** The routes by `GET:/path`, as they are now. */
  getReport(): Record<string, RouteReport> {
    const seconds = this.#tick();
    const rows = [...this.#table.rows()];
    const totalTime = rows.reduce((sum, row) => sum + row.sum, 0);
    const unplaced = this.#tracker.unplaced();
    const report: Record<string, RouteReport> = {};
    for (const row of rows) {
      if (row.count === 0 && row.longLived === 0 && row.inFlight === 0) continue;
      report[row.key] = routeReport(row, seconds, totalTime, row.inFlight + (unplaced.get(row) ?? 0));
    }
    return report;
  }

  /** The same over all routes. */
  getTotals(): TotalsReport {
    const seconds = this.#tick();
    const sum = sumOfRows(this.#table.rows());
    const { size, sizeMax } = this.#tracker.live;
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    return {
      ...routeReport(sum, seconds, sum.sum, size),
      inFlightMax: sizeMax,
      processCpuPerRequest: sum.count === 0 ? null : (user + system) / 1_000 / sum.count,
    };
  }

  getStats(): RequestProfilerStats {
    const { size, overflowed, evictions } = this.#table;
    const notable = this.#tracker.notable.list();
    return { totals: this.getTotals(), routes: size, overflowed, evictions, notable };
  }

  /** What `mergeReports` takes: send it over IPC, to add up the workers of a cluster. */
  serialize(): ProfilerSnapshot {
    const seconds = this.#tick();
    const unplaced = this.#tracker.unplaced();
    const inFlightOf = (row: RouteStats): number => row.inFlight + (unplaced.get(row) ?? 0);
    const routes = [...this.#table.rows()].map((row) => routeSnapshot(row, seconds, inFlightOf(row)));
    return { version: 1, inFlightMax: this.#tracker.live.sizeMax, routes };
  }

  collect(): readonly MetricFamily[] {
    return collected(this.collectLazily());
  }

  /** As `collect`, with samples that are made while they are rendered. */
  collectLazily(): readonly LazyFamily[] {
    this.#tick();
    const unplaced = this.#tracker.unplaced();
    return requestFamilies(this.#table, (row) => row.inFlight + (unplaced.get(row) ?? 0));
  }

  /** Follows no more requests. What has been counted stays; requests under way are still counted. */
  close(): Promise<void> {
    this.#closed = true;
    this.#tracker.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @returns seconds since counting began */
  #tick(): number {
    const now = this.#options.clock.now();
    this.#tracker.tick(now);
    return this.#table.seconds(now);
  }
}
