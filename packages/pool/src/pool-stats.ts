import type { CircuitState, LatencyHistogram, Milliseconds } from '@spark-perf/core';
import type { Counters } from './counters.js';

/** How a kind of duration is spread. */
export interface DurationStats {
  readonly count: number;
  readonly mean: Milliseconds;
  readonly p50: Milliseconds;
  readonly p95: Milliseconds;
  readonly p99: Milliseconds;
  readonly max: Milliseconds;
}

/** Plain figures of a pool. */
export interface PoolStats {
  readonly created: number;
  readonly destroyed: number;
  /** Successful acquires so far. */
  readonly borrowed: number;
  /** Connections given back so far. */
  readonly returned: number;
  /** Failed creations, validations and resets. */
  readonly failures: number;
  /** Connections that nobody has borrowed, including those being checked. */
  readonly poolSize: number;
  /** Borrowed ones. */
  readonly activeSize: number;
  readonly waitingSize: number;
  /** `poolSize + activeSize`. */
  readonly totalSize: number;
  /** Connections being created; with `totalSize` never more than `maxSize`. */
  readonly creatingSize: number;
  readonly minSize: number;
  readonly maxSize: number;
  /** Acquires that waited in vain. */
  readonly timeouts: number;
  /** Acquires given up through their signal. */
  readonly aborted: number;
  /** Acquires refused at once: queue full, backend down, pool closed. */
  readonly refused: number;
  readonly leaks: number;
  /** How long successful acquires took. */
  readonly wait: DurationStats;
  /** How long connections were borrowed (under load, every 32nd borrow is measured). */
  readonly usage: DurationStats;
  readonly creation: DurationStats;
  readonly breaker: {
    readonly state: CircuitState;
    readonly consecutiveFailures: number;
    /** Time to the next attempt to create a connection, when the last one failed. */
    readonly retryAfter: Milliseconds;
  };
}

/** What there is besides the counters. */
export type PoolGauges = Pick<
  PoolStats,
  'activeSize' | 'waitingSize' | 'totalSize' | 'creatingSize' | 'minSize' | 'maxSize' | 'breaker'
>;

export function poolStats(counters: Counters, gauges: PoolGauges): PoolStats {
  const { created, destroyed, borrowed, returned, failures, timeouts, aborted, refused, leaks } = counters;
  return {
    created,
    destroyed,
    borrowed,
    returned,
    failures,
    poolSize: gauges.totalSize - gauges.activeSize,
    ...gauges,
    timeouts,
    aborted,
    refused,
    leaks,
    wait: waitStats(counters),
    usage: durationStats(counters.usage),
    creation: durationStats(counters.creation),
  };
}

function durationStats(histogram: LatencyHistogram): DurationStats {
  return {
    count: histogram.count,
    mean: histogram.mean,
    p50: histogram.percentile(0.5),
    p95: histogram.percentile(0.95),
    p99: histogram.percentile(0.99),
    max: histogram.max,
  };
}

/** The histogram knows the acquires that waited, the hot path only counts: those that did not come in as zeros. */
function waitStats({ borrowed, waited, wait }: Counters): DurationStats {
  const immediate = borrowed - waited;
  const percentile = (q: number): Milliseconds => {
    const rank = q * borrowed - immediate;
    return rank <= 0 || waited === 0 ? 0 : wait.percentile(Math.min(1, rank / waited));
  };
  return {
    count: borrowed,
    mean: borrowed === 0 ? 0 : (wait.mean * waited) / borrowed,
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    max: wait.max,
  };
}
