import type { Bytes, MetricFamily, Milliseconds } from '@spark-perf/core';
import type { CacheCore } from './cache-core.js';
import type { CacheCounters } from './cache-counters.js';
import type { LevelGate } from './levels/level-gate.js';

export interface OuterLevelStats {
  readonly hits: number;
  readonly misses: number;
  readonly errors: number;
  readonly up: boolean;
  /** Missed writes that wait to be made up for. */
  readonly journal: number;
  readonly latency: { readonly mean: Milliseconds; readonly p50: Milliseconds; readonly p99: Milliseconds };
}

export interface CacheStats extends Pick<
  CacheCounters,
  'sets' | 'invalidations' | 'fetches' | 'fetchErrors' | 'coalesced' | 'staleServed' | 'discarded'
> {
  readonly l1: {
    readonly hits: number;
    readonly misses: number;
    readonly evictions: number;
    readonly size: number;
    readonly bytes: Bytes;
  };
  /** `undefined` without a Redis client. */
  readonly l2: OuterLevelStats | undefined;
  /** `undefined` without a database client. */
  readonly l3: OuterLevelStats | undefined;
  /** Fetches under way. */
  readonly flights: number;
  readonly busUp: boolean;
}

/** All figures as plain data. */
export function cacheStats(core: CacheCore): CacheStats {
  const { counters: c, first, outer } = core;
  const { sets, invalidations, fetches, fetchErrors, coalesced, staleServed, discarded } = c;
  return {
    ...{ sets, invalidations, fetches, fetchErrors, coalesced, staleServed, discarded },
    l1: {
      hits: first.hits,
      misses: c.l1Misses,
      evictions: c.evictions,
      size: first.size,
      bytes: first.bytes,
    },
    l2: outer.l2 && levelStats(outer.l2.gate, outer.l2.journal.size, c.l2Hits, c.l2Misses),
    l3: outer.l3 && levelStats(outer.l3.gate, outer.l3.journal.size, c.l3Hits, c.l3Misses),
    flights: core.flights.size,
    busUp: core.fleet.busUp,
  };
}

function levelStats(gate: LevelGate, journal: number, hits: number, misses: number): OuterLevelStats {
  const { latency, errors, up } = gate;
  const { mean } = latency;
  return {
    hits,
    misses,
    errors,
    up,
    journal,
    latency: { mean, p50: latency.percentile(0.5), p99: latency.percentile(0.99) },
  };
}

/** All figures as metric families. */
export function collectCacheMetrics(core: CacheCore): MetricFamily[] {
  const stats = cacheStats(core);
  const levels = [
    ['l1', { ...stats.l1, errors: 0 }],
    ...(stats.l2 === undefined ? [] : [['l2', stats.l2] as const]),
    ...(stats.l3 === undefined ? [] : [['l3', stats.l3] as const]),
  ] as const;
  const perLevel = (
    name: string,
    help: string,
    of: (level: (typeof levels)[number][1]) => number,
  ): MetricFamily => ({
    name: `spark_cache_${name}`,
    type: 'counter',
    help,
    samples: levels.map(([level, figures]) => ({ labels: { level }, value: of(figures) })),
  });
  const single = (name: string, type: 'counter' | 'gauge', help: string, value: number): MetricFamily => ({
    name: `spark_cache_${name}`,
    type,
    help,
    samples: [{ labels: {}, value }],
  });
  return [
    perLevel('hits', 'Values found, by level.', (level) => level.hits),
    perLevel('misses', 'Values not found, by level.', (level) => level.misses),
    perLevel('errors', 'Failed calls, by level.', (level) => level.errors),
    single('entries', 'gauge', 'Entries in the first level.', stats.l1.size),
    single('bytes', 'gauge', 'Estimated bytes in the first level.', stats.l1.bytes),
    single('evictions', 'counter', 'Entries that left the first level for want of room.', stats.l1.evictions),
    single('sets', 'counter', 'Values set.', stats.sets),
    single('invalidations', 'counter', 'Keys and tags invalidated.', stats.invalidations),
    single('fetches', 'counter', 'Fetches that brought a value.', stats.fetches),
    single('fetch_errors', 'counter', 'Fetches that failed.', stats.fetchErrors),
    single('coalesced', 'counter', 'Callers that shared the fetch of another.', stats.coalesced),
    single('stale_served', 'counter', 'Stale values given out.', stats.staleServed),
    single('discarded', 'counter', 'Fetched values overtaken by a change and not kept.', stats.discarded),
    latencies(core),
  ];
}

function latencies(core: CacheCore): MetricFamily {
  const { l2, l3 } = core.outer;
  const rows = [
    ...(l2 === undefined ? [] : [['l2', l2.gate] as const]),
    ...(l3 === undefined ? [] : [['l3', l3.gate] as const]),
  ];
  return {
    name: 'spark_cache_level_latency_seconds',
    type: 'summary',
    help: 'Time that calls of a level took.',
    unit: 'seconds',
    samples: rows.flatMap(([level, { latency }]) => [
      ...[0.5, 0.99].map((q) => ({
        labels: { level, quantile: String(q) },
        value: latency.percentile(q) / 1_000,
      })),
      { labels: { level }, suffix: '_sum', value: latency.sum / 1_000 },
      { labels: { level }, suffix: '_count', value: latency.count },
    ]),
  };
}
