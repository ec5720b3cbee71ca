import type { MetricFamily, MetricSample } from '@spark-perf/core';
import type { PhaseName } from './phase.js';
import type { LifecycleStats } from './stats.js';

const PHASES: readonly PhaseName[] = [
  'starting',
  'running',
  'unready',
  'draining',
  'handlers',
  'resources',
  'closed',
];

/** The figures of a manager as metric families. */
export function lifecycleMetrics(stats: LifecycleStats): MetricFamily[] {
  const one = (value: number): MetricSample[] => [{ labels: {}, value }];
  return [
    {
      name: 'spark_lifecycle_phase',
      type: 'gauge',
      help: '1 for the phase the manager is in.',
      samples: PHASES.map((phase) => ({ labels: { phase }, value: phase === stats.phase ? 1 : 0 })),
    },
    {
      name: 'spark_lifecycle_resources',
      type: 'gauge',
      help: 'Registered resources.',
      samples: one(stats.resources),
    },
    {
      name: 'spark_lifecycle_connections',
      type: 'gauge',
      help: 'Connections of registered servers by state.',
      samples: stats.servers.flatMap(({ connections }, index) =>
        Object.entries(connections).map(([state, value]) => ({
          labels: { server: String(index), state },
          value,
        })),
      ),
    },
    {
      name: 'spark_lifecycle_cleanups',
      type: 'counter',
      help: 'Cleanups of resources and handlers by outcome.',
      samples: Object.entries({
        done: stats.cleanups.done,
        failed: stats.cleanups.failed,
        timed_out: stats.cleanups.timedOut,
      }).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
    {
      name: 'spark_lifecycle_request_scopes_open',
      type: 'gauge',
      help: 'Requests that hold resources.',
      samples: one(stats.requests.open),
    },
    {
      name: 'spark_lifecycle_request_scopes_ended',
      type: 'counter',
      help: 'Requests whose resources were cleaned.',
      samples: one(stats.requests.ended),
    },
    {
      name: 'spark_lifecycle_request_cleanup_errors',
      type: 'counter',
      help: 'Failed cleanups of request resources.',
      samples: one(stats.requests.errors),
    },
  ];
}
