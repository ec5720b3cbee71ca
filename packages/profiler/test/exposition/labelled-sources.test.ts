import { describe, expect, test } from '@jest/globals';
import type { MetricFamily, MetricSample, MetricSource } from '@spark-perf/core';
import { CircuitBreaker } from '@spark-perf/core';
import type { LazyMetricSource, MetricsOptions } from '../../src/index.js';
import { MemoryLeakDetector, metrics, RequestProfiler, RuntimeMonitor } from '../../src/index.js';
import { parseOpenMetrics } from './open-metrics-parser.js';
import { OPEN, promtool, scraped } from './scraped.js';

const gauge = (samples: MetricSample[]): MetricSource => ({
  collect: (): MetricFamily[] => [{ name: 'jobs', type: 'gauge', help: 'Jobs.', samples }],
});
const jobs = gauge([{ labels: {}, value: 1 }]);

const labelsOf = async (sources: MetricsOptions['sources'], family = 'jobs') =>
  (parseOpenMetrics((await scraped(sources, OPEN)).text).get(family)?.samples ?? []).map(({ labels }) =>
    Object.fromEntries(labels),
  );

function recorded(...durations: number[]): RequestProfiler {
  const profiler = new RequestProfiler();
  for (const duration of durations) profiler.recordMetrics('GET:/cities', { duration });
  return profiler;
}

describe('two of each kind, told apart by labels', () => {
  const two = (): MetricsOptions['sources'] =>
    ['a', 'b'].flatMap((worker) =>
      [recorded(1, 20, 300), new RuntimeMonitor(), new MemoryLeakDetector(), new CircuitBreaker()].map(
        (source) => ({ source, labels: { worker } }),
      ),
    );

  test('are all there, contiguous, for a strict parser', async () => {
    const { text, errors } = await scraped(two(), OPEN);
    const families = parseOpenMetrics(text);
    for (const [name, { samples }] of families) {
      if (name.startsWith('spark_metrics_')) continue;
      const of = (worker: string) => samples.filter(({ labels }) => labels.get('worker') === worker).length;
      expect([name, of('a'), of('b')]).toEqual([name, samples.length / 2, samples.length / 2]);
    }
    expect(families.get('spark_metrics_series_refused')?.samples[0]?.value).toBe(0);
    expect(errors).toEqual([]);
  });

  test('are nothing that promtool would complain of', async () => {
    expect(promtool((await scraped(two(), '*/*')).text)).toEqual({ status: 0, output: '' });
  });
});

test('hostile values mean the same after they are unescaped', async () => {
  const hostile = ['a"b', 'c\\', 'd\ne', '\\n', '{}=,', '\u0000é ', '" 1\njobs{x="', '# EOF'];
  const sources = hostile.map((limiter) => ({ source: jobs, labels: { limiter } }));
  expect(await labelsOf(sources)).toEqual(hostile.map((limiter) => ({ limiter })));
  expect(promtool((await scraped(sources, '*/*')).text)).toEqual({ status: 0, output: '' });
});

test.each<[string, Record<string, string | undefined>, Record<string, string>]>([
  ['is kept', { limiter: 'own' }, { limiter: 'own', zone: 'eu' }],
  ['is kept under the name that it is written by', { 'lim-iter': 'own' }, { lim_iter: 'own', zone: 'eu' }],
  ['is kept where it is empty', { limiter: '' }, { limiter: '', zone: 'eu' }],
  ['that is undefined is none', { limiter: undefined }, { limiter: 'api', zone: 'eu' }],
  ['of another name is another', { policy: 'burst' }, { policy: 'burst', limiter: 'api', zone: 'eu' }],
  [
    'may be named as what objects inherit',
    { constructor: 'x' },
    { constructor: 'x', limiter: 'api', zone: 'eu' },
  ],
])("a sample's own label %s", async (_what, labels, written) => {
  const added = 'lim-iter' in labels ? { lim_iter: 'api', zone: 'eu' } : { limiter: 'api', zone: 'eu' };
  const source = gauge([{ labels: labels as Record<string, string>, value: 1 }]);
  expect(await labelsOf([{ source, labels: added }])).toEqual([written]);
});

test('labels of a lazy source are added while it is rendered', async () => {
  const made: string[] = [];
  const source: LazyMetricSource = {
    collect: () => (made.push('all at once'), []),
    collectLazily: () => [
      {
        name: 'jobs',
        type: 'gauge',
        help: 'Jobs.',
        samples: {
          *[Symbol.iterator]() {
            made.push('sample');
            yield { labels: {}, value: 1 };
          },
        },
      },
    ],
  };
  const sources = [
    gauge([]),
    { source, labels: { limiter: 'api' } },
    { collect: () => (made.push('later source'), []) },
  ];
  expect(await labelsOf(sources)).toEqual([{ limiter: 'api' }]);
  expect(made).toEqual(['later source', 'sample']);
});

test('labels that are changed afterwards stay as they were given', async () => {
  const labels = { limiter: 'api' };
  const change: MetricSource = { collect: () => ((labels.limiter = ''), []) };
  expect(await labelsOf([change, { source: jobs, labels }])).toEqual([{ limiter: 'api' }]);
});

test.each<[string, unknown, string]>([
  ['no source', {}, 'sources[0]'],
  ['null', null, 'sources[0]'],
  ['a source that is none', { source: {}, labels: {} }, 'sources[0]'],
  ['an option that there is not', { source: jobs, label: {} }, 'label'],
  ['no labels', { source: jobs }, 'sources[0].labels'],
  ['null for labels', { source: jobs, labels: null }, 'sources[0].labels'],
  ['a list for labels', { source: jobs, labels: ['a'] }, 'sources[0].labels'],
  ['an empty name', { source: jobs, labels: { '': 'a' } }, 'sources[0].labels'],
  ['a name with a dash', { source: jobs, labels: { 'a-b': 'a' } }, 'sources[0].labels'],
  ['a name that begins with a digit', { source: jobs, labels: { '1a': 'a' } }, 'sources[0].labels'],
  ['a name with a line feed', { source: jobs, labels: { 'a\n': 'a' } }, 'sources[0].labels'],
  ['a reserved name', { source: jobs, labels: { __name__: 'a' } }, 'sources[0].labels'],
  ['le', { source: jobs, labels: { le: '1' } }, 'sources[0].labels'],
  ['quantile', { source: jobs, labels: { quantile: '1' } }, 'sources[0].labels'],
  ['an empty value', { source: jobs, labels: { a: '' } }, 'sources[0].labels.a'],
  ['a number', { source: jobs, labels: { a: 1 } }, 'sources[0].labels.a'],
  ['undefined', { source: jobs, labels: { a: undefined } }, 'sources[0].labels.a'],
])('%s is refused at construction', (_what, source, option) => {
  expect(() => metrics({ sources: [source] as MetricsOptions['sources'] })).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option }),
  );
});

test.each(['_', '_a', 'A1', 'constructor', 'less'])('%s is a label name', async (name) => {
  expect(await labelsOf([{ source: jobs, labels: { [name]: 'x' } }])).toEqual([{ [name]: 'x' }]);
});
