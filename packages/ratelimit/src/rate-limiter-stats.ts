import type { Bytes, CircuitState, MetricFamily } from '@spark-perf/core';
import type { DeniedKey } from './top-denied.js';

export interface RateLimiterStats {
  readonly allowed: number;
  readonly denied: number;
  /** Keys the store holds; `undefined` where it can't tell. */
  readonly keys: number | undefined;
  /** What the store holds, in bytes; `undefined` where it can't tell. */
  readonly memory: Bytes | undefined;
  /** Keys that lost their place to others; `undefined` where the store has no such thing. */
  readonly evictions: number | undefined;
  /** Distinct limits met. */
  readonly plans: number;
  /** Calls to the store that failed or came too late. */
  readonly storeErrors: number;
  /** `closed` while the store answers. */
  readonly storeState: CircuitState;
  /** The keys refused most, at most 32. */
  readonly topDenied: readonly DeniedKey[];
}

/** The figures as metric families. */
export function rateLimiterMetrics(stats: RateLimiterStats): MetricFamily[] {
  const one = (value: number) => [{ labels: {}, value }];
  const families: MetricFamily[] = [
    {
      name: 'spark_ratelimit_decisions',
      type: 'counter',
      help: 'Decisions by outcome.',
      samples: [
        { labels: { outcome: 'allowed' }, value: stats.allowed },
        { labels: { outcome: 'denied' }, value: stats.denied },
      ],
    },
    {
      name: 'spark_ratelimit_store_errors',
      type: 'counter',
      help: 'Calls to the store that failed or came too late.',
      samples: one(stats.storeErrors),
    },
    {
      name: 'spark_ratelimit_store_up',
      type: 'gauge',
      help: '1 while the store answers.',
      samples: one(stats.storeState === 'closed' ? 1 : 0),
    },
  ];
  if (stats.keys !== undefined) {
    families.push({
      name: 'spark_ratelimit_keys',
      type: 'gauge',
      help: 'Keys held.',
      samples: one(stats.keys),
    });
  }
  if (stats.memory !== undefined) {
    families.push({
      name: 'spark_ratelimit_memory_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Bytes the counters hold.',
      samples: one(stats.memory),
    });
  }
  if (stats.evictions !== undefined) {
    families.push({
      name: 'spark_ratelimit_evictions',
      type: 'counter',
      help: 'Keys that lost their place to others.',
      samples: one(stats.evictions),
    });
  }
  return families;
}
