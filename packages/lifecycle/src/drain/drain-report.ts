import type { Milliseconds } from '@spark-perf/core';

/** How the drain of one server went. */
export interface DrainReport {
  /** The server's number in order of registration, from 0. */
  readonly server: number;
  readonly duration: Milliseconds;
  /** Connections destroyed at the deadline, upgraded and unused ones included. */
  readonly destroyed: number;
  /** Requests among them that were still running: work that was cut off. */
  readonly cut: number;
}
