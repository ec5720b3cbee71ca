import { describe, expect, test } from '@jest/globals';
import type { MetricFamily } from '@spark-perf/core';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { gaugeRule, lasting, mergeFamilies } from '../../src/report/merge-families.js';

const family = (
  name: string,
  type: MetricFamily['type'],
  samples: MetricFamily['samples'],
): MetricFamily => ({
  name,
  type,
  help: 'A figure.',
  samples,
});
const one = (name: string, type: MetricFamily['type'], value: number) => [
  family(name, type, [{ labels: {}, value }]),
];
const merged = (name: string, type: MetricFamily['type'], ...values: number[]): number | undefined =>
  mergeFamilies(values.map((value) => one(name, type, value)))[0]?.samples[0]?.value;

describe('figures of several processes', () => {
  test.each([
    ['a counter adds', 'spark_pool_borrowed', 'counter', 7],
    ['a gauge of things adds', 'spark_pool_waiters', 'gauge', 7],
    ['bytes add', 'process_memory_usage_bytes', 'gauge', 7],
    ['a share is the greatest', 'nodejs_eventloop_utilization_ratio', 'gauge', 4],
    ['a duration is the longest', 'nodejs_eventloop_delay_p99_seconds', 'gauge', 4],
    ['a state is on where it is on', 'spark_pool_breaker_open', 'gauge', 4],
    ['a quantile is the greatest', 'spark_pool_wait_seconds', 'summary', 4],
  ] as const)('%s', (_, name, type, value) => expect(merged(name, type, 3, 4)).toBe(value));

  test('buckets, sums and counts of a histogram add up by their labels, in whichever order these are', () => {
    const part = (count: number, labels: Record<string, string>) => [
      family('h', 'histogram', [
        { labels: { ...labels, le: '1' }, suffix: '_bucket', value: count },
        { labels, suffix: '_count', value: count },
      ]),
    ];
    const [both] = mergeFamilies([
      part(2, { a: 'x', b: 'y' }),
      part(3, { b: 'y', a: 'x' }),
      part(5, { a: 'z', b: 'y' }),
    ]);
    expect(both?.samples.map(({ value }) => value)).toEqual([5, 5, 5, 5]);
  });

  test('labels can not be mistaken for each other', () => {
    const part = (labels: Record<string, string>) => [family('c', 'counter', [{ labels, value: 1 }])];
    expect(
      mergeFamilies([part({ a: 'x', b: 'y' }), part({ a: 'x', c: 'y' }), part({ a: 'y', b: 'x' })])[0]
        ?.samples,
    ).toHaveLength(3);
  });

  test('a source that is made of several and tells a family twice has it once', () => {
    const one = { name: 'x', type: 'counter', help: '', samples: [{ labels: {}, value: 2 }] } as const;
    expect(mergeFamilies([[one, one]])).toEqual([{ ...one, samples: [{ labels: {}, value: 4 }] }]);
    expect(mergeFamilies([[one]])).toEqual([one]);
  });

  test('what JSON has made of infinity counts as nothing', () => {
    expect(merged('c', 'counter', null as unknown as number, 3, NaN)).toBe(3);
  });

  test('a name with two types keeps the first one', () => {
    expect(mergeFamilies([one('x', 'counter', 1), one('x', 'gauge', 5)])[0]).toMatchObject({
      type: 'counter',
      samples: [{ value: 1 }],
    });
  });

  test('sums do not depend on the order of the processes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(1_000), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        (rows) => {
          const parts = rows.map((values) => [
            family(
              'c',
              'counter',
              values.map((value, i) => ({ labels: { i: String(i) }, value })),
            ),
          ]);
          const sums = (order: typeof parts) =>
            new Map(mergeFamilies(order)[0]?.samples.map(({ labels, value }) => [labels['i'], value]));
          expect(sums([...parts].reverse())).toEqual(sums(parts));
        },
      ),
      { seed: testSeed(), numRuns: soakCount(1_000) },
    );
  });
});

test('of a process that is gone only what it has counted stays', () => {
  const families = [
    ...one('c', 'counter', 1),
    ...one('g', 'gauge', 1),
    ...one('spark_x_seconds', 'summary', 1),
  ];
  expect(lasting(families).map(({ name, samples }) => [name, samples.length])).toEqual([
    ['c', 1],
    ['spark_x_seconds', 0],
  ]);
});

test('rules of gauges', () => {
  expect(['spark_memory_leak_verdict', 'a_per_second', 'spark_lifecycle_phase'].map(gaugeRule)).toEqual([
    'max',
    'max',
    'max',
  ]);
  expect(['spark_ratelimit_keys', 'http_server_active_requests'].map(gaugeRule)).toEqual(['sum', 'sum']);
});
