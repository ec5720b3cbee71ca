import { expect, test } from '@jest/globals';
import { memoryPanel } from '../../src/panels/memory-panel.js';
import { runtimePanel } from '../../src/panels/runtime-panel.js';
import { families } from '../support/fake-source.js';
import { groupOf, panelInput } from '../support/panel-group.js';

test.each([
  [['healthy', 'recovered', 'learning'], 'learning'],
  [['learning', 'inconclusive'], 'inconclusive'],
  [['suspect', 'leaking', 'healthy'], 'leaking'],
  [['healthy', 'suspect'], 'suspect'],
  [['', 'healthy'], 'healthy'],
])('of the verdicts %j the page tells %s', (verdicts, worst) => {
  const parts = verdicts.map((verdict) => ({ detail: { verdict, reason: `It is ${verdict}.` } }));
  const told = memoryPanel([groupOf('memory', ...parts)]);
  const at = verdicts.indexOf(worst);
  expect(told).toEqual({
    verdict: worst,
    reason: `It is ${worst}.`,
    process: at === 0 ? 'primary' : `worker ${at}`,
  });
});

test('of the runtimes the page tells the worst of each signal, and what they use together', () => {
  const part = (delay: number, busy: number, cpu: number, gc: number, heap: number, limit: number) => ({
    families: [
      ...families('gauge', {
        nodejs_eventloop_delay_p99_seconds: delay,
        nodejs_eventloop_utilization_ratio: busy,
        'v8js_memory_heap_used_bytes|v8js_heap_space_name': { old: heap - 1, new: 1 },
        v8js_memory_heap_limit_bytes: limit,
        process_memory_usage_bytes: 50,
        'v8js_resource_active|v8js_resource_type': { Timeout: 2, TCPSocketWrap: 3 },
      }),
      ...families('counter', { 'process_cpu_time_seconds|cpu_mode': { user: cpu, system: cpu } }),
      {
        ...{ name: 'v8js_gc_duration_seconds', type: 'histogram' as const, help: '' },
        samples: [
          { labels: { v8js_gc_type: 'minor' }, value: gc, suffix: '_sum' as const },
          { labels: { v8js_gc_type: 'minor' }, value: 99, suffix: '_count' as const },
        ],
      },
    ],
  });
  const input = panelInput();
  runtimePanel([groupOf('runtime', part(0, 0, 1, 0, 1, 100), part(0, 0, 1, 0, 1, 100))], input);
  input.at(2_000);
  const told = runtimePanel(
    [groupOf('runtime', part(0.02, 0.1, 1.5, 0.2, 40, 1_000), part(0.01, 0.7, 1.25, 6, 30, 100))],
    input,
  );
  expect(told).toMatchObject({ delay: 20, utilization: 0.7, cpu: 0.75, gc: 1, heapUsed: 30, heapLimit: 100 });
  expect(told).toMatchObject({ rss: 100, handles: 10 });
  expect(told?.processes.map(({ process, cpu, gc }) => [process, cpu, gc])).toEqual([
    ['primary', 0.5, 0.1],
    ['worker 1', 0.25, 1],
  ]);
  expect(runtimePanel([groupOf('pool', {})], input)).toBeNull();
});
