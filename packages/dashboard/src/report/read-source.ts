import type { MetricFamily } from '@spark-perf/core';
import type { NamedSource } from '../sources/named-sources.js';
import type { Source } from '../sources/source.js';
import { kindOf } from '../sources/source-kind.js';
import type { SourceReport } from './process-report.js';
import { profileReading } from './profile-reading.js';
import { sourceDetail } from './source-detail.js';

/** Samples of one family that are kept: no source may flood the page or the channel between processes. */
const MAX_SAMPLES = 2_000;
/** Families of one source that are kept. */
const MAX_FAMILIES = 200;
/** Kinds whose panels need what only `getStats()` tells. */
const DETAILED: readonly string[] = [
  'limiter',
  'balancer',
  'cluster',
  'cache',
  'memory',
  'breaker',
  'lifecycle',
];

/**
 * What a source says now. A profiler is asked for its `serialize()` instead of `collect()`: the same counts in a
 * tenth of the room, and with histograms that are exact to 1 % instead of a few edges.
 *
 * @throws what the source throws
 */
export function readSource(
  { name, kind: given, source }: NamedSource,
  mask: (key: string) => string,
): SourceReport {
  const profile = source.serialize === undefined ? undefined : profileReading(source.serialize());
  if (profile !== undefined) return { name, kind: 'profiler', families: [], profile };
  const families = trimmed(source.collect?.() ?? []);
  const kind = given ?? kindOf(families.map((family) => family.name));
  const asked = DETAILED.includes(kind) || source.collect === undefined;
  const stats = asked ? source.getStats?.() : undefined;
  return { name, kind, families, detail: sourceDetail(kind, stats, isDrainable(source), mask) };
}

/** Whether servers can be taken out of and put back into `source`. */
export function isDrainable(source: Source): boolean {
  return typeof source.drainServer === 'function' && typeof source.restoreServer === 'function';
}

function trimmed(families: readonly MetricFamily[]): readonly MetricFamily[] {
  return families
    .slice(0, MAX_FAMILIES)
    .map((family) =>
      family.samples.length <= MAX_SAMPLES
        ? family
        : { ...family, samples: family.samples.slice(0, MAX_SAMPLES) },
    );
}
