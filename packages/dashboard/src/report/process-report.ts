import type { MetricFamily, Milliseconds } from '@spark-perf/core';
import type { FeedEntry } from '../feed/feed-entry.js';
import type { SourceKind } from '../sources/source-kind.js';
import type { ProfileReading } from './profile-reading.js';
import type { SourceDetail } from './source-detail.js';

/** What one source says at one moment: plain data that survives JSON. */
export interface SourceReport {
  readonly name: string;
  readonly kind: SourceKind;
  readonly families: readonly MetricFamily[];
  /** Only of a profiler. */
  readonly profile?: ProfileReading | undefined;
  /** What no metric tells. */
  readonly detail?: SourceDetail | undefined;
}

/** What the sources of one process say. */
export interface ProcessReport {
  readonly pid: number;
  /** How people call it: `primary`, `worker 2`, `process`. */
  readonly name: string;
  readonly uptime: Milliseconds;
  readonly sources: readonly SourceReport[];
  /** Feed entries since the report before. */
  readonly events: readonly FeedEntry[];
}
