import type { MetricSample } from '@spark-perf/core';
import { writtenLabelName } from './written-name.js';

type Labels = MetricSample['labels'];

/** The samples with `labels` added, made one by one. */
export function labelledSamples(samples: Iterable<MetricSample>, labels: Labels): Iterable<MetricSample> {
  return {
    *[Symbol.iterator]() {
      for (const sample of samples) yield { ...sample, labels: joined(labels, sample.labels) };
    },
  };
}

/** A sample's own labels stand, also those that are only written like an added one: a name may be there once. */
function joined(added: Labels, own: Labels): Labels {
  const all: Record<string, string> = { ...added, ...own };
  for (const name in own) {
    const written = writtenLabelName(name);
    const value = added[written];
    if (value === undefined || !Object.hasOwn(added, written)) continue;
    if (own[name] === undefined) all[written] ??= value;
    else if (written !== name) delete all[written];
  }
  return all;
}
