import type { Milliseconds } from '@spark-perf/core';
import type { BucketCounts } from './bucket-counts.js';
import { percentiles } from './bucket-counts.js';

/**
 * Percentiles of histograms that are looked at again and again. A profiler hands over the same data while nothing is
 * counted: of many routes most are idle in any one second.
 */
export class PercentileBook {
  readonly #known = new WeakMap<BucketCounts, readonly [Milliseconds, Milliseconds, Milliseconds]>();

  /** The 50th, 95th and 99th. */
  of(buckets: BucketCounts): readonly [p50: Milliseconds, p95: Milliseconds, p99: Milliseconds] {
    let found = this.#known.get(buckets);
    if (found === undefined) {
      found = percentiles(buckets, [0.5, 0.95, 0.99]);
      this.#known.set(buckets, found);
    }
    return found;
  }
}
