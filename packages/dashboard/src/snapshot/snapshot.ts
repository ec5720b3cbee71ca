import type { Milliseconds, Ratio } from '@spark-perf/core';
import type { FeedEntry, Level } from '../feed/feed-entry.js';
import type { Card } from './card.js';

/** A state in words. */
export interface Status {
  readonly level: Level;
  readonly text: string;
}

/** A process whose figures are in a snapshot. */
export interface ProcessView {
  readonly pid: number;
  readonly name: string;
  readonly uptime: Milliseconds;
  /** Whether this is the process that serves the page. */
  readonly own: boolean;
}

/** All requests of a profiler, over all processes. */
export interface Traffic {
  /** The profiler's name. */
  readonly name: string;
  /** Requests over since the start, over all processes. Never falls, also when a worker is replaced. */
  readonly requests: number;
  /** Requests per second. */
  readonly rate: number;
  /** 5xx and thrown, since the start. */
  readonly failed: number;
  /** 5xx and thrown, as a share of the last seconds' requests. */
  readonly errorRate: Ratio;
  /** 4xx, as a share of the last seconds' requests. */
  readonly refusedRate: Ratio;
  /** Left by their client, since the start. */
  readonly aborted: number;
  readonly inFlight: number;
  /** Of the last one to two minutes. */
  readonly p50: Milliseconds;
  readonly p95: Milliseconds;
  readonly p99: Milliseconds;
  readonly p999: Milliseconds;
  /** Requests of the last interval by duration: one number per power of two, see `heatEdge`. */
  readonly heat: readonly number[];
}

/** One row of the routes table. */
export interface RouteRow {
  readonly route: string;
  readonly requests: number;
  readonly rate: number;
  readonly errorRate: Ratio;
  readonly p50: Milliseconds;
  readonly p95: Milliseconds;
  readonly p99: Milliseconds;
  /** Of the time spent on all requests. */
  readonly share: Ratio;
}

/** The runtime of one process. */
export interface RuntimeRow {
  readonly process: string;
  /** 99th percentile of the event loop's delay. */
  readonly delay: Milliseconds;
  readonly utilization: Ratio;
  /** Cores in use. */
  readonly cpu: number;
  /** Share of time spent collecting. */
  readonly gc: Ratio;
  readonly heapUsed: number;
  readonly heapLimit: number;
  readonly rss: number;
  readonly handles: number;
}

/** The runtimes of all processes: the worst of each signal, and a row for each. */
export interface Runtime extends Omit<RuntimeRow, 'process'> {
  readonly processes: readonly RuntimeRow[];
}

/** The verdict on the heap; that of the process that is worst off. */
export interface Memory {
  readonly verdict: string;
  readonly reason: string;
  readonly process: string;
}

/** The whole page as data: what the stream sends each second, and `api/snapshot` answers. */
export interface Snapshot {
  readonly version: 1;
  /** Grows with each snapshot. */
  readonly sequence: number;
  /** Since the Unix epoch. */
  readonly at: Milliseconds;
  readonly status: Status;
  readonly processes: readonly ProcessView[];
  /** Of the first profiler; `null` without one. */
  readonly traffic: Traffic | null;
  /** Of further profilers. */
  readonly otherTraffic: readonly Traffic[];
  readonly routes: readonly RouteRow[];
  readonly runtime: Runtime | null;
  readonly memory: Memory | null;
  readonly cards: readonly Card[];
  /** Newest first. */
  readonly events: readonly FeedEntry[];
  /** What the charts draw of this moment, by series. */
  readonly points: Readonly<Record<string, number>>;
  readonly viewers: number;
}
