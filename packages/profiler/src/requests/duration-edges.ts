import type { Milliseconds } from '@spark-perf/core';

/**
 * The bucket edges that OpenTelemetry's HTTP conventions advise for `http.server.request.duration`. They are no edges
 * of the log-linear histogram, so they have exact counters of their own.
 */
export const DURATION_EDGES: readonly Milliseconds[] = Object.freeze([
  5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
]);
