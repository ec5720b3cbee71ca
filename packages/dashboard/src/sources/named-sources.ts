import { InvalidOptionError } from '@spark-perf/core';
import type { Source } from './source.js';
import { isSource } from './source.js';
import type { SourceKind } from './source-kind.js';

/** One source, or several of a kind by name. */
export type SourceOption = Source | Readonly<Record<string, Source>>;

/** A source under the name that the page and the merging of processes know it by. */
export interface NamedSource {
  readonly name: string;
  /** `undefined`: found out from its metrics. */
  readonly kind: SourceKind | undefined;
  readonly source: Source;
}

/** Sources to show: one option per kind, `sources` for anything else. */
export interface SourceOptions {
  /** A `RequestProfiler`: traffic, latency, routes. @default no panel */
  readonly profiler?: SourceOption | undefined;
  /** A `RuntimeMonitor`: event loop, CPU, collections, heap. @default no panel */
  readonly runtime?: SourceOption | undefined;
  /** A `MemoryLeakDetector`: the verdict on the heap. @default no panel */
  readonly memory?: SourceOption | undefined;
  /** A `MultiLevelCache`. @default no panel */
  readonly cache?: SourceOption | undefined;
  /** A `ConnectionPool`. @default no panel */
  readonly pool?: SourceOption | undefined;
  /** A `SlidingWindowRateLimiter`. @default no panel */
  readonly limiter?: SourceOption | undefined;
  /** A `RequestDeduplicator`. @default no panel */
  readonly dedupe?: SourceOption | undefined;
  /** A `ResourceManager`; its shutdown ends the page's streams. @default no panel */
  readonly lifecycle?: SourceOption | undefined;
  /** A `ClusterManager`. @default no panel */
  readonly cluster?: SourceOption | undefined;
  /** A `LoadBalancer`. @default no panel */
  readonly balancer?: SourceOption | undefined;
  /** A `CircuitBreaker`. @default no panel */
  readonly breaker?: SourceOption | undefined;
  /** Anything else with `collect()` or `getStats()`, by name. @default none */
  readonly sources?: Readonly<Record<string, Source>> | undefined;
}

/** The names of `SourceOptions`. */
export const SOURCE_OPTIONS = Object.freeze([
  ...(['profiler', 'runtime', 'memory', 'cache', 'pool', 'limiter', 'dedupe'] as const),
  ...(['lifecycle', 'cluster', 'balancer', 'breaker'] as const),
  'sources',
] as const);

/** The sources that the options give, in their order. A single one has its option's name. @throws InvalidOptionError */
export function namedSources(options: SourceOptions): NamedSource[] {
  const found: NamedSource[] = [];
  for (const option of SOURCE_OPTIONS) {
    const given: unknown = options[option];
    if (given === undefined) continue;
    const kind = option === 'sources' ? undefined : option;
    if (isSource(given) && kind !== undefined) found.push({ name: option, kind, source: given });
    else found.push(...several(option, kind, given));
  }
  return found;
}

function several(option: string, kind: SourceKind | undefined, given: unknown): NamedSource[] {
  const rule = 'an object with getStats() or collect(), or an object of such by name';
  if (typeof given !== 'object' || given === null) throw new InvalidOptionError(option, rule, given);
  return Object.entries(given).map(([name, source]: [string, unknown]) => {
    if (!isSource(source)) throw new InvalidOptionError(`${option}.${name}`, rule, source);
    return { name, kind, source };
  });
}
