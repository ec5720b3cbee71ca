import type { MetricFamily } from '@spark-perf/core';
import type { ClusterStats } from './cluster-stats.js';

/** The figures of a cluster as metric families. */
export function clusterMetrics(stats: ClusterStats): MetricFamily[] {
  const counter = (name: string, help: string, value: number): MetricFamily => ({
    name: `spark_cluster_${name}`,
    type: 'counter',
    help,
    samples: [{ labels: {}, value }],
  });
  const states = new Map<string, number>();
  for (const { state } of stats.workers) states.set(state, (states.get(state) ?? 0) + 1);
  return [
    {
      name: 'spark_cluster_workers',
      type: 'gauge',
      help: 'Workers by state.',
      samples: [...states].map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: 'spark_cluster_worker_memory_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Resident memory of each worker as last reported.',
      samples: stats.workers.flatMap(({ slot, memory }) =>
        memory === undefined ? [] : [{ labels: { slot: String(slot) }, value: memory }],
      ),
    },
    counter('crashes', 'Workers that exited without being told to.', stats.crashes),
    counter('reloads', 'Rolling restarts that replaced every worker.', stats.reloads),
  ];
}
