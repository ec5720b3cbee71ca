import { expect, test } from '@jest/globals';
import { renderPrometheus } from '@spark-perf/core';
import type { GrowthEvidence } from '../../src/leaks/growth-test.js';
import { leakFamilies } from '../../src/leaks/leak-metrics.js';

const evidence = (slope: number): GrowthEvidence => ({
  ...{ growing: true, points: 40, slope, lower: null, upper: null, halves: [0, 0], lately: 0 },
  ...{ growth: 0, timeToLimit: null, explainedByLoad: false },
});
const lines = (...given: Parameters<typeof leakFamilies>) =>
  renderPrometheus(leakFamilies(...given))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

test('the verdict is a state set, with the collections and the slope of each series', () => {
  const tested = { heap: evidence(1_024), external: evidence(0), rss: evidence(-5) };
  expect(lines('leaking', 31, tested)).toEqual([
    'spark_memory_leak_verdict{verdict="learning"} 0',
    'spark_memory_leak_verdict{verdict="healthy"} 0',
    'spark_memory_leak_verdict{verdict="suspect"} 0',
    'spark_memory_leak_verdict{verdict="leaking"} 1',
    'spark_memory_leak_verdict{verdict="recovered"} 0',
    'spark_memory_leak_verdict{verdict="inconclusive"} 0',
    'spark_memory_major_collections_total 31',
    'spark_memory_growth_bytes_per_second{series="heap"} 1024',
    'spark_memory_growth_bytes_per_second{series="external"} 0',
    'spark_memory_growth_bytes_per_second{series="rss"} -5',
  ]);
});

test('before anything was tested no slope is told', () => {
  expect(lines('learning', 0, undefined).slice(-1)).toEqual(['spark_memory_major_collections_total 0']);
});
