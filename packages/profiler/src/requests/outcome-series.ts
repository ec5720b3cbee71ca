import type { Milliseconds } from '@spark-perf/core';
import { DURATION_EDGES } from './duration-edges.js';

const EDGES = Float64Array.from(DURATION_EDGES);

/** Exact counters of the requests of one route that ended alike: one histogram series of the exposition. */
export class OutcomeSeries {
  /** By bucket, not cumulative; the last one is what exceeds every edge. */
  readonly buckets = new Float64Array(EDGES.length + 1);
  count = 0;
  sum: Milliseconds = 0;

  constructor(
    /** The status code that was sent; 0 when none was. */
    readonly status: number,
    /** 0 for a success or a client's error, 499 for an abort, else the 5xx that it amounts to. */
    readonly error: number,
  ) {}

  record(duration: Milliseconds): void {
    let i = 0;
    while (i < EDGES.length && duration > EDGES[i]!) i++;
    this.buckets[i]!++;
    this.count++;
    this.sum += duration;
  }

  merge(other: OutcomeSeries): void {
    for (let i = 0; i < this.buckets.length; i++) this.buckets[i]! += other.buckets[i]!;
    this.count += other.count;
    this.sum += other.sum;
  }
}
