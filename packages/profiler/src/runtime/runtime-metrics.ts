import type { MetricFamily, MetricSample } from '@spark-perf/core';
import type { GcKind } from './gc-pauses.js';
import { GC_EDGES } from './gc-pauses.js';
import type { RuntimeStats } from './runtime-monitor.js';

/** The runtime's signals under OpenTelemetry's names and units: seconds, bytes, ratios. */
export function runtimeFamilies(stats: RuntimeStats): MetricFamily[] {
  const { delay, gc, heap } = stats;
  const seconds = (name: string, help: string, value: number): MetricFamily =>
    one(`nodejs_eventloop_delay_${name}_seconds`, 'gauge', help, 'seconds', value / 1_000);
  const spaces = (
    name: string,
    help: string,
    key: 'used' | 'size' | 'available' | 'physical',
  ): MetricFamily => ({
    name,
    type: 'gauge',
    unit: 'bytes',
    help,
    samples: stats.heapSpaces.map((space) => labelled('v8js_heap_space_name', space.name, space[key])),
  });
  return [
    seconds('min', 'Shortest delay of the event loop.', delay.min),
    seconds('max', 'Longest delay of the event loop.', delay.max),
    seconds('mean', 'Mean delay of the event loop, omitted samples filled in.', delay.mean),
    seconds('stddev', 'Standard deviation of the delay of the event loop.', delay.stddev),
    seconds('p50', 'Median delay of the event loop.', delay.p50),
    seconds('p90', '90th percentile of the delay of the event loop.', delay.p90),
    seconds('p99', '99th percentile of the delay of the event loop.', delay.p99),
    one(
      'nodejs_eventloop_utilization_ratio',
      'gauge',
      'Busy share of the event loop.',
      'ratio',
      stats.utilization,
    ),
    {
      name: 'nodejs_eventloop_time_seconds',
      type: 'counter',
      unit: 'seconds',
      help: 'Time the event loop was in each state.',
      samples: [
        labelled('nodejs_eventloop_state', 'active', stats.loopTime.active / 1_000),
        labelled('nodejs_eventloop_state', 'idle', stats.loopTime.idle / 1_000),
      ],
    },
    {
      name: 'v8js_gc_duration_seconds',
      type: 'histogram',
      unit: 'seconds',
      help: 'Duration of garbage collections.',
      samples: (Object.keys(gc) as GcKind[]).flatMap((kind) => gcSamples(kind, gc[kind])),
    },
    one('v8js_memory_heap_limit_bytes', 'gauge', 'Limit of the heap.', 'bytes', heap.limit),
    spaces('v8js_memory_heap_used_bytes', 'Used bytes of each heap space.', 'used'),
    spaces('v8js_memory_heap_space_size_bytes', 'Committed bytes of each heap space.', 'size'),
    spaces('v8js_memory_heap_space_available_size_bytes', 'Available bytes of each heap space.', 'available'),
    spaces('v8js_memory_heap_space_physical_size_bytes', 'Resident bytes of each heap space.', 'physical'),
    one(
      'nodejs_memory_external_bytes',
      'gauge',
      'Memory of objects outside the heap.',
      'bytes',
      stats.external,
    ),
    one(
      'nodejs_memory_array_buffers_bytes',
      'gauge',
      'Memory of array buffers.',
      'bytes',
      stats.arrayBuffers,
    ),
    {
      name: 'v8js_resource_active',
      type: 'gauge',
      help: 'Resources that keep the process alive.',
      samples: Object.entries(stats.handles).map(([type, n]) => labelled('v8js_resource_type', type, n)),
    },
    one('process_memory_usage_bytes', 'gauge', 'Resident memory.', 'bytes', stats.rss),
    {
      name: 'process_cpu_time_seconds',
      type: 'counter',
      unit: 'seconds',
      help: 'CPU time of the process.',
      samples: [
        labelled('cpu_mode', 'user', stats.cpu.user / 1_000),
        labelled('cpu_mode', 'system', stats.cpu.system / 1_000),
      ],
    },
  ];
}

function one(
  name: string,
  type: MetricFamily['type'],
  help: string,
  unit: string,
  value: number,
): MetricFamily {
  return { name, type, help, unit, samples: [{ labels: {}, value }] };
}

function labelled(label: string, name: string, value: number): MetricSample {
  return { labels: { [label]: name }, value };
}

function gcSamples(
  kind: GcKind,
  gc: { readonly count: number; readonly total: number; readonly buckets: readonly number[] },
): MetricSample[] {
  const label = { v8js_gc_type: kind };
  let below = 0;
  const buckets = gc.buckets.map((count, i): MetricSample => {
    below += count;
    const edge = GC_EDGES[i];
    const le = edge === undefined ? '+Inf' : String(edge / 1_000);
    return { labels: { ...label, le }, value: below, suffix: '_bucket' };
  });
  return [
    ...buckets,
    { labels: label, value: gc.total / 1_000, suffix: '_sum' },
    { labels: label, value: gc.count, suffix: '_count' },
  ];
}
