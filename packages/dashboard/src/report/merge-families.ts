import type { MetricFamily, MetricSample } from '@spark-perf/core';

/** Gauges of which a sum means nothing: shares, durations, states. Of the others the processes' add up. */
const MAXIMA = /_(?:ratio|seconds|open|verdict|phase|per_second)$|_delay_|_quantile/;

/** How one gauge or summary of several processes becomes one: the sum, or the greatest. */
export function gaugeRule(family: string): 'sum' | 'max' {
  return MAXIMA.test(family) ? 'max' : 'sum';
}

/**
 * Families of several processes as one: counters, histograms and sums add up, gauges add up or take the maximum by
 * family, quantiles of summaries take the maximum. No figure depends on which process was asked.
 */
export function mergeFamilies(parts: readonly (readonly MetricFamily[])[]): readonly MetricFamily[] {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && isEachOnce(only)) return only;
  const merged = new Map<string, { family: MetricFamily; samples: Map<string, MetricSample> }>();
  for (const family of parts.flat()) {
    let one = merged.get(family.name);
    if (one === undefined) merged.set(family.name, (one = { family, samples: new Map() }));
    // Samples of another type can't be added to these.
    if (one.family.type !== family.type) continue;
    for (const sample of family.samples) {
      const key = sampleKey(sample);
      const before = one.samples.get(key);
      one.samples.set(key, before === undefined ? sample : combined(family, before, sample));
    }
  }
  return [...merged.values()].map(({ family, samples }) => ({ ...family, samples: [...samples.values()] }));
}

/** A source that is made of several may tell a family more than once. */
function isEachOnce(families: readonly MetricFamily[]): boolean {
  return new Set(families.map(({ name }) => name)).size === families.length;
}

function sampleKey({ labels, suffix = '' }: MetricSample): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  return names.reduce((key, name) => `${key}\n${name}=${labels[name]}`, suffix);
}

function combined(family: MetricFamily, a: MetricSample, b: MetricSample): MetricSample {
  const adds =
    family.type === 'gauge' || family.type === 'unknown'
      ? gaugeRule(family.name) === 'sum'
      : family.type !== 'info' && (family.type !== 'summary' || a.suffix !== undefined);
  const [x, y] = [finite(a.value), finite(b.value)];
  return { ...a, value: adds ? x + y : Math.max(x, y) };
}

/** JSON turns what is not finite into null. */
const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

/** What stays true of a process that is gone: counters and histograms, not what it held. */
export function lasting(families: readonly MetricFamily[]): MetricFamily[] {
  return families
    .filter(({ type }) => type === 'counter' || type === 'histogram' || type === 'summary')
    .map((family) =>
      family.type === 'summary'
        ? { ...family, samples: family.samples.filter(({ suffix }) => suffix !== undefined) }
        : family,
    );
}
