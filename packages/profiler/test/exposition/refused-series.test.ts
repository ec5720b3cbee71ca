import { expect, test } from '@jest/globals';
import type { MetricFamily, MetricSample, MetricSource } from '@spark-perf/core';
import { openMetricsChunks } from '@spark-perf/core';
import { RefusedSeries } from '../../src/exposition/refused-series.js';
import type { MetricsOptions } from '../../src/index.js';
import { RequestProfiler } from '../../src/index.js';
import { parseOpenMetrics } from './open-metrics-parser.js';
import { OPEN, promtool, scraped } from './scraped.js';

type Labels = Record<string, string>;

const source = (
  type: MetricFamily['type'],
  samples: readonly MetricSample[],
  name = 'jobs',
): MetricSource => ({
  collect: () => [{ name, type, help: 'Jobs.', samples }],
});
const gauge = (...all: [Labels, number][]) =>
  source(
    'gauge',
    all.map(([labels, value]) => ({ labels, value })),
  );

function histogram(labels: Labels, counts: Record<string, number>): MetricSource {
  const buckets = Object.entries(counts).map(([le, value]): MetricSample => ({
    labels: { ...labels, le },
    value,
    suffix: '_bucket',
  }));
  const count = counts['+Inf']!;
  return source('histogram', [
    ...buckets,
    { labels, value: count / 10, suffix: '_sum' },
    { labels, value: count, suffix: '_count' },
  ]);
}

/** The family's samples as a strict parser reads them, and how many were left out. */
async function read(sources: MetricsOptions['sources'], name = 'jobs') {
  const { text, errors } = await scraped(sources, OPEN);
  const families = parseOpenMetrics(text);
  const samples = (families.get(name)?.samples ?? []).map(({ name: full, labels, value }) => [
    full,
    Object.fromEntries(labels),
    value,
  ]);
  return { samples, refused: families.get('spark_metrics_series_refused')?.samples[0]?.value, errors };
}

test('of a series that two sources have, the first stands', async () => {
  const { samples, refused, errors } = await read([
    gauge([{ a: '1' }, 1], [{ a: '2' }, 2]),
    gauge([{ a: '2' }, 3], [{ a: '3' }, 4]),
    gauge([{ a: '3' }, 5], [{ a: '1' }, 6]),
  ]);
  expect(samples).toEqual([
    ['jobs', { a: '1' }, 1],
    ['jobs', { a: '2' }, 2],
    ['jobs', { a: '3' }, 4],
  ]);
  expect(refused).toBe(3);
  expect(errors).toEqual([expect.stringContaining('"jobs" has series of two sources')]);
});

test.each<[string, Labels, Labels]>([
  ['in another order', { a: '1', b: '2' }, { b: '2', a: '1' }],
  ['with an empty one besides', { a: '1' }, { a: '1', b: '' }],
  ['under another spelling', { 'a-b': '1' }, { a_b: '1' }],
  ['with an undefined one besides', { a: '1' }, { a: '1', b: undefined as unknown as string }],
  ['as a number', { a: '1' }, { a: 1 as unknown as string }],
])('the same labels %s are the same series', async (_what, first, second) => {
  const { samples, refused } = await read([gauge([first, 1]), gauge([second, 2])]);
  expect(samples.map(([, , value]) => value)).toEqual([1]);
  expect(refused).toBe(1);
});

test.each<[string, Labels, Labels]>([
  ['two values', { a: '1' }, { a: '2' }],
  ['two names', { a: '1' }, { b: '1' }],
  ['a label more', { a: '1' }, { a: '1', b: '1' }],
  ['values that pretend to be labels', { a: '1', b: '2' }, { a: '1",b="2' }],
  ['le, which means nothing here', { le: '1' }, { le: '2' }],
])('%s are two series', async (_what, first, second) => {
  const { samples, refused, errors } = await read([gauge([first, 1]), gauge([second, 2])]);
  expect(samples.map(([, , value]) => value)).toEqual([1, 2]);
  expect({ refused, errors }).toEqual({ refused: 0, errors: [] });
});

test.each<[string, Record<string, number>]>([
  ['the same edges', { '0.1': 5, '+Inf': 7 }],
  ['other edges', { '0.5': 5, '+Inf': 7 }],
])('a histogram with %s is left out as a whole', async (_what, counts) => {
  const sources = [histogram({}, { '0.1': 1, '0.9': 2, '+Inf': 3 }), histogram({}, counts)];
  const { samples, refused, errors } = await read(sources);
  expect(samples.map(([, , value]) => value)).toEqual([1, 2, 3, 0.3, 3]);
  expect(refused).toBe(4);
  expect(errors).toHaveLength(1);
  expect(promtool((await scraped(sources, '*/*')).text).output).not.toMatch(/error while linting|duplicate/i);
});

test('histograms of other labels stand beside one that is left out', async () => {
  const one = { '0.1': 1, '+Inf': 1 };
  const { samples, refused } = await read([
    histogram({ route: '/a' }, one),
    histogram({ route: '/a' }, one),
    histogram({ route: '/b' }, one),
  ]);
  const counts = samples.filter(([name]) => name === 'jobs_count');
  expect(counts.map(([, labels]) => labels)).toEqual([{ route: '/a' }, { route: '/b' }]);
  expect(refused).toBe(4);
});

test('a summary is left out as a whole', async () => {
  const summary = (quantile: string) =>
    source('summary', [
      { labels: { quantile }, value: 1 },
      { labels: {}, value: 2, suffix: '_sum' },
      { labels: {}, value: 3, suffix: '_count' },
    ]);
  const { samples, refused } = await read([summary('0.5'), summary('0.9')]);
  expect(samples).toHaveLength(3);
  expect(refused).toBe(3);
});

test('a counter is one under its name and under that with its suffix', async () => {
  const { samples, refused } = await read([
    source('counter', [{ labels: {}, value: 1 }]),
    source('counter', [{ labels: {}, value: 2, suffix: '_total' }]),
    source('counter', [{ labels: {}, value: 3, suffix: '_created' }]),
  ]);
  expect(samples).toEqual([
    ['jobs_total', {}, 1],
    ['jobs_created', {}, 3],
  ]);
  expect(refused).toBe(1);
});

test('families of one source that share a name are held apart as those of two', async () => {
  const twice: MetricSource = {
    collect: () => [gauge([{}, 1]), gauge([{}, 2])].flatMap((one) => one.collect()),
  };
  const { samples, refused } = await read([twice]);
  expect(samples).toEqual([['jobs', {}, 1]]);
  expect(refused).toBe(1);
});

test('the logger is told of each family once, in each scrape', async () => {
  const sources = [1, 2, 3].flatMap((value) => [
    gauge([{}, value]),
    source('counter', [{ labels: {}, value }], 'runs'),
  ]);
  for (let scrape = 0; scrape < 2; scrape++) {
    const { refused, errors } = await read(sources);
    expect(refused).toBe(4);
    expect(errors.map((line) => /"(\w+)"/.exec(line)?.[1])).toEqual(['jobs', 'runs']);
  }
});

test('two profilers without labels make a valid exposition: the first', async () => {
  const profilers = [5, 50].map((duration) => {
    const profiler = new RequestProfiler();
    profiler.recordMetrics('GET:/cities', { duration });
    return profiler;
  });
  const { samples } = await read(profilers, 'http_server_request_duration_seconds');
  expect(samples.find(([name]) => String(name).endsWith('_sum'))?.[2]).toBe(0.005);
  expect(promtool((await scraped(profilers, '*/*')).text)).toEqual({ status: 0, output: '' });
});

test('figures of its own that a source has as well are there once', async () => {
  const other = source('gauge', [{ labels: {}, value: 9 }], 'spark_metrics_source_failures');
  const { samples, errors } = await read([other], 'spark_metrics_source_failures');
  expect(samples).toEqual([['spark_metrics_source_failures', {}, 9]]);
  expect(errors).toHaveLength(1);
});

test('a refused sample is an empty line, so that a long run of them can be paused in', () => {
  const told: string[] = [];
  const series = new RefusedSeries(({ name }) => told.push(name));
  const many = Array.from({ length: 1_000 }, (_, i) => ({ labels: { i: String(i) }, value: i }));
  const family = { name: 'jobs', type: 'gauge', help: 'Jobs.' } as const;
  const given = [
    { ...family, samples: many },
    { ...family, samples: many },
    { ...family, samples: [{ labels: {}, value: 1 }] },
  ];
  const merged = [{ ...family, samples: series.samplesOf(given) as unknown as MetricSample[] }];
  const lines = [...series.linesOf(openMetricsChunks(merged))];
  const kept = lines.filter((line) => line !== '');
  expect(lines.slice(1_002, 2_002)).toEqual(Array.from({ length: 1_000 }, () => ''));
  expect(kept).toHaveLength(2 + 1_000 + 1 + 1);
  expect(kept.slice(-2)).toEqual(['jobs 1\n', '# EOF\n']);
  expect({ told, count: series.count }).toEqual({ told: ['jobs'], count: 1_000 });
});
