/** What a source is about: decides which panel shows it. */
export type SourceKind =
  | 'profiler'
  | 'runtime'
  | 'memory'
  | 'cache'
  | 'pool'
  | 'limiter'
  | 'dedupe'
  | 'lifecycle'
  | 'cluster'
  | 'balancer'
  | 'breaker'
  | 'other';

/** The families by which a kind is known, where nobody said it. */
const SIGNS: readonly (readonly [prefix: string, kind: SourceKind])[] = [
  ['http_server_request_duration', 'profiler'],
  ['nodejs_eventloop', 'runtime'],
  ['spark_memory_leak', 'memory'],
  ['spark_cache_warmer', 'other'],
  ['spark_cache', 'cache'],
  ['spark_pool', 'pool'],
  ['spark_ratelimit', 'limiter'],
  ['spark_dedupe', 'dedupe'],
  ['spark_lifecycle', 'lifecycle'],
  ['spark_cluster', 'cluster'],
  ['spark_balancer', 'balancer'],
  ['spark_circuit_breaker', 'breaker'],
];

/** The kind of a source, by the names of its metric families. */
export function kindOf(familyNames: Iterable<string>): SourceKind {
  for (const name of familyNames) {
    const sign = SIGNS.find(([prefix]) => name.startsWith(prefix));
    if (sign !== undefined) return sign[1];
  }
  return 'other';
}
