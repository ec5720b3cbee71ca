import { expect, test } from '@jest/globals';
import type { MetricFamily, MetricSample, MetricSource } from '@spark-perf/core';
import { parseOpenMetrics } from './open-metrics-parser.js';
import { OPEN, promtool, scraped } from './scraped.js';

type Type = MetricFamily['type'];

const HISTOGRAM: MetricSample[] = [
  { labels: { le: '+Inf' }, value: 1, suffix: '_bucket' },
  { labels: {}, value: 1, suffix: '_sum' },
  { labels: {}, value: 1, suffix: '_count' },
];

const source = (name: string, type: Type, samples: MetricSample[]): MetricSource => ({
  collect: () => [{ name, type, help: 'Of one source.', samples }],
});
const of = (name: string, type: Type, from: string): MetricSource =>
  source(name, type, type === 'histogram' ? HISTOGRAM : [{ labels: { from }, value: 1 }]);

test.each<[string, Type, string, Type]>([
  ['jobs', 'gauge', 'jobs', 'counter'],
  ['jobs_seconds', 'histogram', 'jobs_seconds', 'gauge'],
  ['jobs_seconds', 'histogram', 'jobs_seconds_count', 'gauge'],
  ['jobs_seconds_sum', 'gauge', 'jobs_seconds', 'histogram'],
  ['jobs_total', 'gauge', 'jobs', 'counter'],
  ['jobs', 'info', 'jobs_info', 'gauge'],
  ['jobs.run', 'gauge', 'jobs_run', 'counter'],
])('%s, a %s, keeps its names from %s, a %s of another source', async (first, type, second, other) => {
  const sources = [of(first, type, 'a'), of(second, other, 'b')];
  const { text, errors } = await scraped(sources, OPEN);
  const families = parseOpenMetrics(text);
  const declared = first.replace('.', '_');
  expect(families.get(declared)?.type).toBe(type);
  expect([...families.keys()].filter((name) => name.startsWith('jobs'))).toEqual([declared]);
  expect(text).not.toContain('from="b"');
  expect(families.get('spark_metrics_families_refused')?.samples[0]?.value).toBe(1);
  expect(errors).toEqual([expect.stringContaining(`The ${other} "${second}" is left out`)]);
  const plain = (await scraped(sources, '*/*')).text;
  expect(plain.match(/^# TYPE jobs/gm)).toHaveLength(1);
  expect(promtool(plain).output).not.toMatch(/error while linting|parsing|second TYPE|duplicate/i);
});

test.each<[string, string, Type]>([
  ['jobs', 'jobs', 'counter'],
  ['jobs', 'jobs_total', 'counter'],
  ['jobs_run', 'jobs.run', 'gauge'],
  ['_2jobs', '2jobs', 'gauge'],
])('%s and %s, each a %s, are one family', async (first, second, type) => {
  const { text, errors } = await scraped([of(first, type, 'a'), of(second, type, 'b')], OPEN);
  const samples = parseOpenMetrics(text).get(first)?.samples ?? [];
  expect(samples.map(({ labels }) => labels.get('from'))).toEqual(['a', 'b']);
  expect(parseOpenMetrics(text).get('spark_metrics_families_refused')?.samples[0]?.value).toBe(0);
  expect(errors).toEqual([]);
});

test('families that only look alike are all there, and promtool has nothing to say', async () => {
  const sources = [
    of('jobs', 'gauge', 'a'),
    of('jobs_seconds', 'histogram', 'b'),
    of('jobs_seconds_worst', 'gauge', 'c'),
    of('jobs_done', 'counter', 'd'),
  ];
  const families = parseOpenMetrics((await scraped(sources, OPEN)).text);
  expect([...families.keys()]).toEqual([
    'jobs',
    'jobs_seconds',
    'jobs_seconds_worst',
    'jobs_done',
    'spark_metrics_source_failures',
    'spark_metrics_families_refused',
    'spark_metrics_series_refused',
  ]);
  expect(promtool((await scraped(sources, '*/*')).text)).toEqual({ status: 0, output: '' });
});
