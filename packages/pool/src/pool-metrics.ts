import type { MetricFamily, MetricSample } from '@spark-perf/core';
import type { DurationStats, PoolStats } from './pool-stats.js';

/** A pool's figures as metric families, labelled with its name. */
export function poolMetrics(pool: string, stats: PoolStats): MetricFamily[] {
  const one = (value: number, labels: Readonly<Record<string, string>> = {}): MetricSample => ({
    labels: { pool, ...labels },
    value,
  });
  const counter = (name: string, help: string, value: number): MetricFamily => ({
    name: `spark_pool_${name}`,
    type: 'counter',
    help,
    samples: [one(value)],
  });
  const gauge = (name: string, help: string, samples: MetricSample[]): MetricFamily => ({
    name: `spark_pool_${name}`,
    type: 'gauge',
    help,
    samples,
  });
  return [
    gauge('connections', 'Connections by state.', [
      one(stats.poolSize, { state: 'idle' }),
      one(stats.activeSize, { state: 'borrowed' }),
      one(stats.creatingSize, { state: 'creating' }),
    ]),
    gauge('connections_limit', 'Most connections.', [one(stats.maxSize)]),
    gauge('waiters', 'Callers waiting for a connection.', [one(stats.waitingSize)]),
    gauge('breaker_open', '1 while connections cannot be created.', [
      one(stats.breaker.state === 'closed' ? 0 : 1),
    ]),
    counter('created', 'Connections created.', stats.created),
    counter('destroyed', 'Connections destroyed.', stats.destroyed),
    counter('borrowed', 'Successful acquires.', stats.borrowed),
    counter('returned', 'Connections given back.', stats.returned),
    counter('failures', 'Failed creations, validations and resets.', stats.failures),
    counter('timeouts', 'Acquires that waited in vain.', stats.timeouts),
    counter('aborted', 'Acquires given up by their caller.', stats.aborted),
    counter('refused', 'Acquires refused at once.', stats.refused),
    counter('leaks', 'Connections borrowed for longer than allowed.', stats.leaks),
    summary(pool, 'wait', 'Time that successful acquires took.', stats.wait),
    summary(pool, 'usage', 'Time that connections were borrowed.', stats.usage),
    summary(pool, 'creation', 'Time that creating a connection took.', stats.creation),
  ];
}

function summary(pool: string, name: string, help: string, stats: DurationStats): MetricFamily {
  const quantile = (q: string, ms: number): MetricSample => ({
    labels: { pool, quantile: q },
    value: ms / 1_000,
  });
  return {
    name: `spark_pool_${name}_seconds`,
    type: 'summary',
    help,
    unit: 'seconds',
    samples: [
      quantile('0.5', stats.p50),
      quantile('0.95', stats.p95),
      quantile('0.99', stats.p99),
      { labels: { pool }, suffix: '_sum', value: (stats.mean * stats.count) / 1_000 },
      { labels: { pool }, suffix: '_count', value: stats.count },
    ],
  };
}
