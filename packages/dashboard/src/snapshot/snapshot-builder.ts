import type { Clock } from '@spark-perf/core';
import type { EventFeed } from '../feed/event-feed.js';
import { cardOf } from '../panels/card-of.js';
import { memoryPanel } from '../panels/memory-panel.js';
import { routesPanel } from '../panels/routes-panel.js';
import { runtimePanel } from '../panels/runtime-panel.js';
import { trafficPanel } from '../panels/traffic-panel.js';
import { PercentileBook } from '../report/percentile-book.js';
import type { ProcessReport, SourceReport } from '../report/process-report.js';
import { overallStatus } from './overall-status.js';
import { RateBook } from './rate-book.js';
import type { Snapshot } from './snapshot.js';
import { sourceGroups } from './source-group.js';

const SHOWN_EVENTS = 30;

/** Makes snapshots of what the processes report. Keeps what rates are worked out from, and nothing else. */
export class SnapshotBuilder {
  readonly #clock: Clock;
  readonly #feed: EventFeed;
  readonly #rates = new RateBook(900);
  readonly #shares = new RateBook(10_000);
  readonly #percentiles = new PercentileBook();
  #sequence = 0;

  constructor(clock: Clock, feed: EventFeed) {
    this.#clock = clock;
    this.#feed = feed;
  }

  /** `reports[0]` is that of this process. */
  build(reports: readonly ProcessReport[], retired: readonly SourceReport[], viewers: number): Snapshot {
    const now = this.#clock.now();
    this.#rates.begin(now);
    this.#shares.begin(now);
    const points: Record<string, number> = {};
    const input = { rates: this.#rates, shares: this.#shares, points };
    const groups = sourceGroups(reports, retired, process.pid);
    const profilers = groups.filter(({ profile }) => profile !== undefined);
    const [traffic = null, ...otherTraffic] = profilers.flatMap((group) => trafficPanel(group, input) ?? []);
    const runtime = runtimePanel(groups, input);
    const memory = memoryPanel(groups);
    const cards = groups.flatMap((group) => cardOf(group, input) ?? []);
    if (traffic !== null) {
      const { rate, errorRate, p50, p99, inFlight } = traffic;
      Object.assign(points, { rate, errorRate, p50, p99, inFlight });
    }
    if (runtime !== null) {
      const { delay, cpu, gc, heapUsed } = runtime;
      Object.assign(points, { delay, cpu, gc, heapUsed });
    }
    return {
      version: 1,
      sequence: ++this.#sequence,
      at: this.#clock.wallNow(),
      status: overallStatus(traffic, runtime, memory, cards),
      processes: reports.map(({ pid, name, uptime }) => ({ pid, name, uptime, own: pid === process.pid })),
      traffic,
      otherTraffic,
      routes: profilers.flatMap((group) =>
        routesPanel(group, this.#percentiles).map((row) =>
          profilers.length > 1 ? { ...row, route: `${row.route} (${group.name})` } : row,
        ),
      ),
      runtime,
      memory,
      cards,
      events: this.#feed.list().slice(-SHOWN_EVENTS).reverse(),
      points,
      viewers,
    };
  }
}
