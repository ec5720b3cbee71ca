import { expect, test } from '@jest/globals';
import { renderPrometheus } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { RuntimeMonitor } from '../../src/index.js';
import { runtimeFamilies } from '../../src/runtime/runtime-metrics.js';

/** Names, types, units and label names as users' dashboards know them: none may change without notice. */
const NAMES: Record<string, [type: string, unit: string | undefined, labels: string[]]> = {
  nodejs_eventloop_delay_min_seconds: ['gauge', 'seconds', []],
  nodejs_eventloop_delay_max_seconds: ['gauge', 'seconds', []],
  nodejs_eventloop_delay_mean_seconds: ['gauge', 'seconds', []],
  nodejs_eventloop_delay_stddev_seconds: ['gauge', 'seconds', []],
  nodejs_eventloop_delay_p50_seconds: ['gauge', 'seconds', []],
  nodejs_eventloop_delay_p90_seconds: ['gauge', 'seconds', []],
  nodejs_eventloop_delay_p99_seconds: ['gauge', 'seconds', []],
  nodejs_eventloop_utilization_ratio: ['gauge', 'ratio', []],
  nodejs_eventloop_time_seconds: ['counter', 'seconds', ['nodejs_eventloop_state']],
  v8js_gc_duration_seconds: ['histogram', 'seconds', ['v8js_gc_type', 'le']],
  v8js_memory_heap_limit_bytes: ['gauge', 'bytes', []],
  v8js_memory_heap_used_bytes: ['gauge', 'bytes', ['v8js_heap_space_name']],
  v8js_memory_heap_space_size_bytes: ['gauge', 'bytes', ['v8js_heap_space_name']],
  v8js_memory_heap_space_available_size_bytes: ['gauge', 'bytes', ['v8js_heap_space_name']],
  v8js_memory_heap_space_physical_size_bytes: ['gauge', 'bytes', ['v8js_heap_space_name']],
  nodejs_memory_external_bytes: ['gauge', 'bytes', []],
  nodejs_memory_array_buffers_bytes: ['gauge', 'bytes', []],
  v8js_resource_active: ['gauge', undefined, ['v8js_resource_type']],
  process_memory_usage_bytes: ['gauge', 'bytes', []],
  process_cpu_time_seconds: ['counter', 'seconds', ['cpu_mode']],
};

test('the names, types, units and labels of all runtime metrics', () => {
  const families = new RuntimeMonitor().collect();
  expect(families.map(({ name }) => name)).toEqual(Object.keys(NAMES));
  for (const { name, type, unit, samples, help } of families) {
    const labels = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels)))];
    expect([name, type, unit, labels]).toEqual([name, ...NAMES[name]!]);
    expect(samples.every(({ value }) => Number.isFinite(value))).toBe(true);
    expect(help).toMatch(/\.$/);
  }
});

test('collections are told apart by the kinds of the conventions, loop time and CPU by state', () => {
  const families = new RuntimeMonitor().collect();
  const labelsOf = (name: string, label: string) => {
    const samples = families.find((family) => family.name === name)?.samples ?? [];
    return [...new Set(samples.map(({ labels }) => labels[label]))].sort();
  };
  expect(labelsOf('v8js_gc_duration_seconds', 'v8js_gc_type')).toEqual([
    'incremental',
    'major',
    'minor',
    'weakcb',
  ]);
  expect(labelsOf('nodejs_eventloop_time_seconds', 'nodejs_eventloop_state')).toEqual(['active', 'idle']);
  expect(labelsOf('process_cpu_time_seconds', 'cpu_mode')).toEqual(['system', 'user']);
});

test('each metric has the figure that its name promises, in seconds and bytes', () => {
  const gc = { count: 3, total: 1_500, max: 1_200, buckets: [1, 0, 1, 1, 0] };
  const none = { count: 0, total: 0, max: 0, buckets: [0, 0, 0, 0, 0] };
  const text = renderPrometheus(
    runtimeFamilies({
      running: true,
      delay: { count: 9, min: 1, max: 7_000, mean: 30, stddev: 4, p50: 50, p90: 90, p99: 990 },
      utilization: 0.25,
      loopTime: { active: 2_000, idle: 6_000 },
      gc: { major: gc, minor: none, incremental: none, weakcb: none },
      heap: { used: 11, total: 12, limit: 13 },
      heapSpaces: [{ name: 'old_space', used: 21, size: 22, available: 23, physical: 24 }],
      external: 31,
      arrayBuffers: 32,
      rss: 33,
      handles: { TCPSocketWrap: 2, Timeout: 1 },
      cpu: { user: 4_000, system: 500, cores: 0.5 },
    }),
  );
  const values = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !/="(minor|incremental|weakcb)"/.test(line));
  expect(values).toEqual([
    'nodejs_eventloop_delay_min_seconds 0.001',
    'nodejs_eventloop_delay_max_seconds 7',
    'nodejs_eventloop_delay_mean_seconds 0.03',
    'nodejs_eventloop_delay_stddev_seconds 0.004',
    'nodejs_eventloop_delay_p50_seconds 0.05',
    'nodejs_eventloop_delay_p90_seconds 0.09',
    'nodejs_eventloop_delay_p99_seconds 0.99',
    'nodejs_eventloop_utilization_ratio 0.25',
    'nodejs_eventloop_time_seconds_total{nodejs_eventloop_state="active"} 2',
    'nodejs_eventloop_time_seconds_total{nodejs_eventloop_state="idle"} 6',
    'v8js_gc_duration_seconds_bucket{v8js_gc_type="major",le="0.01"} 1',
    'v8js_gc_duration_seconds_bucket{v8js_gc_type="major",le="0.1"} 1',
    'v8js_gc_duration_seconds_bucket{v8js_gc_type="major",le="1"} 2',
    'v8js_gc_duration_seconds_bucket{v8js_gc_type="major",le="10"} 3',
    'v8js_gc_duration_seconds_bucket{v8js_gc_type="major",le="+Inf"} 3',
    'v8js_gc_duration_seconds_sum{v8js_gc_type="major"} 1.5',
    'v8js_gc_duration_seconds_count{v8js_gc_type="major"} 3',
    'v8js_memory_heap_limit_bytes 13',
    'v8js_memory_heap_used_bytes{v8js_heap_space_name="old_space"} 21',
    'v8js_memory_heap_space_size_bytes{v8js_heap_space_name="old_space"} 22',
    'v8js_memory_heap_space_available_size_bytes{v8js_heap_space_name="old_space"} 23',
    'v8js_memory_heap_space_physical_size_bytes{v8js_heap_space_name="old_space"} 24',
    'nodejs_memory_external_bytes 31',
    'nodejs_memory_array_buffers_bytes 32',
    'v8js_resource_active{v8js_resource_type="TCPSocketWrap"} 2',
    'v8js_resource_active{v8js_resource_type="Timeout"} 1',
    'process_memory_usage_bytes 33',
    'process_cpu_time_seconds_total{cpu_mode="user"} 4',
    'process_cpu_time_seconds_total{cpu_mode="system"} 0.5',
  ]);
});

test('utilisation is that of the last interval, not of the time since the start', async () => {
  const clock = new ManualClock();
  const monitor = new RuntimeMonitor({ clock, interval: 1_000 });
  const utilization = () => monitor.getStats().utilization;
  const turn = () => clock.advanceSync(1_000);
  monitor.start();
  // Between two looks the loop waits for a timer.
  await waitFor(() => {
    turn();
    return utilization() < 0.5;
  });
  turn();
  const until = performance.now() + 5;
  while (performance.now() < until);
  turn(); // nothing but work since the turn before
  expect(utilization()).toBeGreaterThan(0.99);
  // Within an interval it stays, however idle the loop is meanwhile.
  await new Promise((resolve) => setImmediate(resolve));
  expect(utilization()).toBeGreaterThan(0.99);
  await waitFor(() => {
    turn();
    return utilization() < 0.5;
  });
  monitor.stop();
});
