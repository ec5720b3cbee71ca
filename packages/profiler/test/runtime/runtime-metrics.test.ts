import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { RuntimeMonitor } from '../../src/index.js';

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
