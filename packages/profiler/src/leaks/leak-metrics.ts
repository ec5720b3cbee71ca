import type { MetricFamily } from '@spark-perf/core';
import type { GrowthEvidence } from './growth-test.js';
import type { SeriesName } from './memory-series.js';
import type { Verdict } from './verdict-state.js';

const VERDICTS: readonly Verdict[] = [
  'learning',
  'healthy',
  'suspect',
  'leaking',
  'recovered',
  'inconclusive',
];

/** The verdict as a state set, and the slopes it rests on. */
export function leakFamilies(
  verdict: Verdict,
  majors: number,
  tested: Readonly<Record<SeriesName, GrowthEvidence>> | undefined,
): MetricFamily[] {
  return [
    {
      name: 'spark_memory_leak_verdict',
      type: 'gauge',
      help: '1 for the verdict that stands, 0 for the others.',
      samples: VERDICTS.map((one) => ({ labels: { verdict: one }, value: one === verdict ? 1 : 0 })),
    },
    {
      name: 'spark_memory_major_collections',
      type: 'counter',
      help: 'Major collections that the leak detector has seen.',
      samples: [{ labels: {}, value: majors }],
    },
    {
      name: 'spark_memory_growth_bytes_per_second',
      type: 'gauge',
      help: 'Theil-Sen slope of what major collections leave behind.',
      samples: (Object.keys(tested ?? {}) as SeriesName[]).map((name) => ({
        labels: { series: name },
        value: tested?.[name].slope ?? 0,
      })),
    },
  ];
}
