import type { MetricFamily } from '@spark-perf/core';

/**
 * What the page can show: every engine of the suite, and any object with `collect()` or `getStats()`. What is there
 * besides is used: `on` for the event feed, `serialize` of a profiler, `drainServer` and `restoreServer` of a balancer.
 */
export interface Source {
  getStats?(): unknown;
  collect?(): readonly MetricFamily[];
  // `never`: each engine takes the names of its own events only.
  on?(event: never, listener: (payload: never) => unknown): unknown;
  serialize?(): unknown;
  drainServer?(id: string): unknown;
  restoreServer?(id: string): unknown;
}

/** Whether `value` is something the page can show. */
export function isSource(value: unknown): value is Source {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const source = value as Source;
  return typeof source.getStats === 'function' || typeof source.collect === 'function';
}
