import type { Bytes, Milliseconds } from '@spark-perf/core';
import { InvalidOptionError } from '@spark-perf/core';
import type { RouteStats } from './route-stats.js';

/** What `recordMetrics` takes. */
export interface RequestMetrics {
  /** At least 0. */
  readonly duration: Milliseconds;
  /** Counted as one sample of memory. */
  readonly memory?: { readonly heapUsed: Bytes; readonly external?: Bytes | undefined } | undefined;
  /** Counted as one sample of CPU time, in µs. */
  readonly cpu?: { readonly user: number; readonly system: number } | undefined;
  /** @default 200 */
  readonly statusCode?: number | undefined;
}

/** @throws InvalidOptionError when the duration is no number of at least 0 */
export function recordInto(row: RouteStats, metrics: RequestMetrics): void {
  const { statusCode, memory, cpu } = metrics;
  const status = Number.isInteger(statusCode) ? (statusCode as number) : 200;
  row.answered(metrics.duration, status, status >= 500 ? status : 0);
  if (memory !== undefined && Number.isFinite(memory.heapUsed)) {
    row.memory += memory.heapUsed;
    row.memorySamples++;
  }
  if (cpu !== undefined && Number.isFinite(cpu.user + cpu.system)) {
    row.cpu += cpu.user + cpu.system;
    row.cpuSamples++;
  }
}

/** @throws InvalidOptionError */
export function checkMetrics(id: unknown, metrics: RequestMetrics): void {
  if (typeof id !== 'string' || id === '') throw new InvalidOptionError('id', 'a non-empty string', id);
  const duration: unknown = (metrics as Partial<RequestMetrics> | undefined)?.duration;
  if (typeof duration !== 'number' || !(duration >= 0) || duration === Infinity)
    throw new InvalidOptionError('duration', 'a number of at least 0', duration);
}
