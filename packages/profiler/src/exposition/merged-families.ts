import type { MetricFamily, MetricSample } from '@spark-perf/core';
import { metricName } from '@spark-perf/core';
import type { LazyFamily } from './lazy-family.js';

/** What families of a type write under, besides their bare name. */
const SUFFIXES: Readonly<Record<MetricFamily['type'], readonly string[]>> = Object.freeze({
  counter: ['_total'],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count'],
  info: ['_info'],
  summary: ['_sum', '_count'],
  unknown: [],
});

export interface MergedFamilies {
  /** One per name. Samples stay lazy; the first one's description stands. */
  readonly families: readonly LazyFamily[];
  /** Those whose names another family has taken, as another type: together they would be no valid exposition. */
  readonly refused: readonly LazyFamily[];
}

/**
 * Families of several sources as one exposition: in neither format may a name be declared, or written under, twice.
 * `samplesOf` makes one list of the samples of several.
 */
export function mergedFamilies(
  given: readonly LazyFamily[],
  samplesOf: (families: readonly LazyFamily[]) => Iterable<MetricSample>,
): MergedFamilies {
  const merged = new Map<string, LazyFamily[]>();
  const owners = new Map<string, string>();
  const refused: LazyFamily[] = [];
  for (const family of given) {
    const name = bareName(family);
    const key = `${family.type} ${name}`;
    const names = [name, ...SUFFIXES[family.type].map((suffix) => name + suffix)];
    if (names.some((one) => (owners.get(one) ?? key) !== key)) {
      refused.push(family);
      continue;
    }
    for (const one of names) owners.set(one, key);
    const same = merged.get(key);
    if (same === undefined) merged.set(key, [family]);
    else same.push(family);
  }
  const families = [...merged.values()].map((same) => ({
    ...same[0]!,
    samples: same.length === 1 ? same[0]!.samples : samplesOf(same),
  }));
  return { families, refused };
}

/** The name as the renderers write it. */
function bareName({ name, type }: LazyFamily): string {
  const written = metricName(name);
  return type === 'counter' ? written.replace(/_total$/, '') : written;
}
