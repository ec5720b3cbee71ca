import type { MetricFamily, MetricSample } from '@spark-perf/core';
import type { LoadBalancerStats, ServerStats } from './stats.js';

/** A balancer's figures as metric families. */
export function balancerMetrics(stats: LoadBalancerStats): MetricFamily[] {
  const perServer = (value: (server: ServerStats) => number): MetricSample[] =>
    stats.servers.map((server) => ({ labels: { server: server.id }, value: value(server) }));
  const name = (suffix: string): string => `spark_balancer_${suffix}`;
  return [
    {
      name: name('requests'),
      type: 'counter',
      help: 'Requests of clients.',
      samples: [{ labels: {}, value: stats.requests }],
    },
    {
      name: name('retries'),
      type: 'counter',
      help: 'Attempts beyond the first of their request.',
      samples: [{ labels: {}, value: stats.retries }],
    },
    {
      name: name('rejected'),
      type: 'counter',
      help: 'Requests refused for want of a server.',
      samples: [{ labels: {}, value: stats.rejected }],
    },
    {
      name: name('failures'),
      type: 'counter',
      help: 'Failed attempts by how they failed.',
      samples: Object.entries(stats.failed).map(([failure, value]) => ({ labels: { failure }, value })),
    },
    {
      name: name('queued'),
      type: 'gauge',
      help: 'Requests that wait for a server to have room.',
      samples: [{ labels: {}, value: stats.queued }],
    },
    {
      name: name('server_requests'),
      type: 'counter',
      help: 'Attempts per server.',
      samples: perServer(({ requests }) => requests),
    },
    {
      name: name('server_errors'),
      type: 'counter',
      help: 'Failed attempts and 5xx answers per server.',
      samples: perServer(({ errors }) => errors),
    },
    {
      name: name('server_ejections'),
      type: 'counter',
      help: 'Ejections per server.',
      samples: perServer(({ ejections }) => ejections),
    },
    {
      name: name('server_healthy'),
      type: 'gauge',
      help: '1 while the server is in rotation.',
      samples: perServer(({ healthy }) => (healthy ? 1 : 0)),
    },
    {
      name: name('server_active_connections'),
      type: 'gauge',
      help: 'Requests and tunnels under way per server.',
      samples: perServer(({ activeConnections }) => activeConnections),
    },
    {
      name: name('server_response_time_seconds'),
      type: 'gauge',
      unit: 'seconds',
      help: 'Moving average of the time to the head of the answer.',
      samples: perServer(({ responseTime }) => responseTime / 1_000),
    },
  ];
}
