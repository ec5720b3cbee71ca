import type { MetricSample } from '@spark-perf/core';
import { labelName } from '@spark-perf/core';

type Labels = MetricSample['labels'];

/** The samples with `labels` added, made one by one. */
export function labelledSamples(samples: Iterable<MetricSample>, labels: Labels): Iterable<MetricSample> {
  return {
    *[Symbol.iterator]() {
      for (const { labels: own, value, suffix } of samples)
        yield { labels: joined(labels, own), value, suffix };
    },
  };
}

/** A sample's own labels stand, also those that are only written like an added one: a name may be there once. */
function joined(added: Labels, own: Labels): Labels {
  // Adding to a copy that spread syntax has made takes twenty times as long.
  const all: Record<string, string> = Object.assign({}, added, own);
  for (const name in own) {
    if (own[name] === undefined) {
      if (Object.hasOwn(added, name)) all[name] = added[name]!;
      continue;
    }
    const written = labelName(name);
    if (written !== name) delete all[written];
  }
  return all;
}
