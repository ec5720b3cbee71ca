import type { MetricSample, MetricSource } from '@spark-perf/core';
import { InvalidOptionError, optionsObject } from '@spark-perf/core';
import type { LabelledMetricSource } from './labelled-metric-source.js';
import { labelledSamples } from './labelled-samples.js';
import type { LazyFamily, LazyMetricSource } from './lazy-family.js';

const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
/** What buckets and quantiles are told by. */
const RESERVED: readonly string[] = ['le', 'quantile'];
const NAMES = 'an object whose names are letters, digits and _, begin neither with a digit nor with __, ';

/**
 * What `metrics` asks for families. What the source throws at once comes through; what it throws while its samples are
 * read ends the family, and `onFailure` is told.
 */
export type ScrapedSource = (onFailure: (error: unknown) => void) => readonly LazyFamily[];

/** @throws InvalidOptionError */
export function scrapedSources(sources: unknown): readonly ScrapedSource[] {
  if (!Array.isArray(sources)) throw new InvalidOptionError('sources', 'a list of metric sources', sources);
  return sources.map((one: unknown, i) => scrapedSource(`sources[${i}]`, one));
}

function scrapedSource(option: string, given: unknown): ScrapedSource {
  if (isSource(given)) return (onFailure) => familiesOf(given, onFailure);
  const known = ['source', 'labels'];
  const { source, labels } = optionsObject(option, given as Partial<LabelledMetricSource>, known);
  if (!isSource(source))
    throw new InvalidOptionError(option, 'a metric source, or { source, labels } of one', given);
  const added = resolvedLabels(`${option}.labels`, labels);
  return (onFailure) =>
    familiesOf(source, onFailure).map((family) => ({
      ...family,
      samples: labelledSamples(family.samples, added),
    }));
}

function resolvedLabels(option: string, labels: unknown): Readonly<Record<string, string>> {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels))
    throw new InvalidOptionError(option, 'an object of label names and their values', labels);
  const entries: [string, unknown][] = Object.entries(labels);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (!LABEL_NAME.test(name) || RESERVED.includes(name))
        throw new InvalidOptionError(option, `${NAMES}and are neither le nor quantile`, name);
      if (typeof value !== 'string' || value === '')
        throw new InvalidOptionError(`${option}.${name}`, 'a non-empty string', value);
      return [name, value];
    }),
  );
}

function familiesOf(source: MetricSource, onFailure: (error: unknown) => void): readonly LazyFamily[] {
  const lazy = isLazy(source);
  const families: readonly LazyFamily[] = lazy ? source.collectLazily() : source.collect();
  if (!Array.isArray(families as unknown)) throw new TypeError('A metric source gave no list of families');
  if (!lazy) return families;
  return families.map((family) => ({ ...family, samples: guarded(family.samples, onFailure) }));
}

function* guarded(
  samples: Iterable<MetricSample>,
  onFailure: (error: unknown) => void,
): Generator<MetricSample> {
  try {
    yield* samples;
  } catch (error) {
    onFailure(error);
  }
}

function isSource(value: unknown): value is MetricSource {
  return typeof (value as Partial<MetricSource> | null | undefined)?.collect === 'function';
}

function isLazy(source: MetricSource): source is LazyMetricSource {
  return typeof (source as Partial<LazyMetricSource>).collectLazily === 'function';
}
