import type { Milliseconds } from '@spark-perf/core';
import type { UpstreamFailure } from '../errors.js';
import type { HealthMonitor } from '../health/health-monitor.js';
import type { UpstreamServer } from '../servers/upstream-server.js';

/** What a failure costs its server in the eyes of `response-time`, at least: failing fast is not being fast. */
const FAILURE_COST: Milliseconds = 1_000;

/** Takes in that `server` has answered at `now`, after `took`. */
export function recordAnswer(
  server: UpstreamServer,
  health: HealthMonitor,
  status: number,
  now: Milliseconds,
  took: Milliseconds,
): void {
  const isGateway = status === 502 || status === 503 || status === 504;
  server.histogram.record(took);
  server.latency.observe(now, isGateway ? Math.max(took, FAILURE_COST) : took);
  health.record(server, isGateway ? 'gateway' : status >= 500 ? '5xx' : 'ok');
}

/** Takes in that an attempt at `server` has failed at `now`, after `took`. */
export function recordFailure(
  server: UpstreamServer,
  health: HealthMonitor,
  failure: UpstreamFailure,
  now: Milliseconds,
  took: Milliseconds,
): void {
  server.latency.observe(now, Math.max(took, FAILURE_COST));
  health.record(server, failure === 'timeout' ? 'timeout' : 'gateway');
}
