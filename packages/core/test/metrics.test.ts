import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { findBinary } from '@spark-perf/test-services';
import type { MetricFamily } from '../src/index.js';
import { CircuitBreaker, openMetricsChunks, renderOpenMetrics, renderPrometheus } from '../src/index.js';

const families: MetricFamily[] = [
  {
    name: 'spark_requests',
    type: 'counter',
    help: 'Requests by route.',
    samples: [{ labels: { route: '/a"b\\c\nd', 'bad-name': '1' }, value: 3 }],
  },
  {
    name: 'spark_memory_bytes',
    type: 'gauge',
    help: 'Memory.',
    unit: 'bytes',
    samples: [{ labels: {}, value: 1.5 }],
  },
  {
    name: 'spark_duration_seconds',
    type: 'histogram',
    help: 'Durations.',
    unit: 'seconds',
    samples: [
      { labels: { le: '0.1' }, value: 1, suffix: '_bucket' },
      { labels: { le: '+Inf' }, value: 2, suffix: '_bucket' },
      { labels: {}, value: 0.7, suffix: '_sum' },
      { labels: {}, value: 2, suffix: '_count' },
    ],
  },
  { name: 'spark_build', type: 'info', help: 'Build.', samples: [{ labels: { version: '1' }, value: 1 }] },
];

test('OpenMetrics: counters end in _total, units are declared, EOF ends it', () => {
  expect(renderOpenMetrics(families)).toBe(
    [
      '# TYPE spark_requests counter',
      '# HELP spark_requests Requests by route.',
      'spark_requests_total{route="/a\\"b\\\\c\\nd",bad_name="1"} 3',
      '# TYPE spark_memory_bytes gauge',
      '# UNIT spark_memory_bytes bytes',
      '# HELP spark_memory_bytes Memory.',
      'spark_memory_bytes 1.5',
      '# TYPE spark_duration_seconds histogram',
      '# UNIT spark_duration_seconds seconds',
      '# HELP spark_duration_seconds Durations.',
      'spark_duration_seconds_bucket{le="0.1"} 1',
      'spark_duration_seconds_bucket{le="+Inf"} 2',
      'spark_duration_seconds_sum 0.7',
      'spark_duration_seconds_count 2',
      '# TYPE spark_build info',
      '# HELP spark_build Build.',
      'spark_build_info{version="1"} 1',
      '# EOF',
      '',
    ].join('\n'),
  );
});

describe('families of one name from several sources', () => {
  test.each([
    ['OpenMetrics', renderOpenMetrics],
    ['Prometheus', renderPrometheus],
  ])('are declared once in %s', (_name, render) => {
    const text = render([...families, ...families]);
    expect(text.match(/# TYPE spark_requests/g)).toHaveLength(1);
    expect(text.match(/^spark_memory_bytes /gm)).toHaveLength(2);
  });
});

test('special values have their spelling', () => {
  const samples = [Infinity, -Infinity, NaN].map((value) => ({ labels: {}, value }));
  const text = renderPrometheus([{ name: 'x', type: 'gauge', help: '', samples }]);
  expect(text.match(/^x .*$/gm)).toEqual(['x +Inf', 'x -Inf', 'x NaN']);
});

test('comes in pieces, so that nobody has to make a long text at once', () => {
  expect([...openMetricsChunks(families)].length).toBeGreaterThan(families.length);
});

test('promtool accepts the Prometheus form', () => {
  const text = renderPrometheus([...families, ...new CircuitBreaker().collect()]);
  const { status, stderr } = spawnSync(findBinary('promtool'), ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
