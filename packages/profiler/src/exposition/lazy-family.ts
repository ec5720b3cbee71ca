import type { MetricFamily, MetricSample, MetricSource } from '@spark-perf/core';

/** A family whose samples are made while they are rendered. */
export interface LazyFamily extends Omit<MetricFamily, 'samples'> {
  readonly samples: Iterable<MetricSample>;
}

/** A source that need not make all of its samples at once: `metrics` prefers this to `collect`. */
export interface LazyMetricSource extends MetricSource {
  collectLazily(): readonly LazyFamily[];
}

/** The families with all their samples, for `collect`. */
export function collected(families: readonly LazyFamily[]): MetricFamily[] {
  return families.map((family) => ({ ...family, samples: [...family.samples] }));
}

/** One family per name: a name may be declared once. Samples stay lazy; the first one's description stands. */
export function mergedByName(families: readonly LazyFamily[]): LazyFamily[] {
  const byName = new Map<string, LazyFamily[]>();
  for (const family of families) {
    const same = byName.get(family.name);
    if (same === undefined) byName.set(family.name, [family]);
    // Samples of another type would make the whole exposition invalid.
    else if (same[0]!.type === family.type) same.push(family);
  }
  return [...byName.values()].map((same) => ({
    ...same[0]!,
    samples: same.length === 1 ? same[0]!.samples : { [Symbol.iterator]: () => inTurn(same) },
  }));
}

function* inTurn(families: readonly LazyFamily[]): Generator<MetricSample> {
  for (const { samples } of families) yield* samples;
}
