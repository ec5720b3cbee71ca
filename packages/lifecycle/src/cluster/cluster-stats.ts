import type { Bytes, Milliseconds } from '@spark-perf/core';

/** One worker as statistics show it. */
export interface WorkerStats {
  readonly slot: number;
  readonly state: 'starting' | 'ready' | 'draining' | 'gone' | 'replacing' | 'waiting' | 'stopped';
  readonly pid: number | undefined;
  readonly uptime: Milliseconds;
  /** Resident memory as last reported; undefined without `maxMemory`. */
  readonly memory: Bytes | undefined;
  readonly report: unknown;
}

/** What `manager.getStats()` returns. */
export interface ClusterStats {
  readonly role: 'primary' | 'worker' | 'single';
  /** By slot; empty outside the primary. */
  readonly workers: readonly WorkerStats[];
  readonly reloading: boolean;
  /** Since the beginning. */
  readonly crashes: number;
  readonly reloads: number;
}
