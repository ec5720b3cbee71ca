import type { Milliseconds } from '@spark-perf/core';
import { DURATION_EDGES } from './duration-edges.js';

const EDGES = Float64Array.from(DURATION_EDGES);
/** Buckets: one more than edges, for what exceeds all of them. */
const BUCKETS = EDGES.length + 1;

/** Exact counters of the requests of one route that ended alike: one histogram series of the exposition. */
export class OutcomeSeries {
  /** The buckets and, in the last cell, the sum: one array, which a request touches once. */
  readonly #cells = new Float64Array(BUCKETS + 1);

  constructor(
    /** The status code that was sent; 0 when none was. */
    readonly status: number,
    /** 0 for a success or a client's error, 499 for an abort, else the 5xx that it amounts to. */
    readonly error: number,
  ) {}

  /** A copy, by bucket, not cumulative; the last one is what exceeds every edge. */
  get buckets(): Float64Array {
    return this.#cells.slice(0, BUCKETS);
  }

  get count(): number {
    let count = 0;
    for (let i = 0; i < BUCKETS; i++) count += this.#cells[i]!;
    return count;
  }

  get sum(): Milliseconds {
    return this.#cells[BUCKETS]!;
  }

  record(duration: Milliseconds): void {
    const cells = this.#cells;
    let i = 0;
    while (i < EDGES.length && duration > EDGES[i]!) i++;
    cells[i]!++;
    cells[BUCKETS]! += duration;
  }

  merge(other: OutcomeSeries): void {
    for (let i = 0; i <= BUCKETS; i++) this.#cells[i]! += other.#cells[i]!;
  }
}
