import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { RouteStats } from './route-stats.js';

/** Requests that wait to be counted, at most. Counting as many takes about 10 µs. */
const CAPACITY = 128;
const STRIDE = 5;
/** Of an aborted request, in place of the 5xx that a failed one amounts to. */
export const ABORT = 499;

/**
 * Requests that are over and not counted yet. What a route has counted lies scattered over memory: one request after
 * the other finds it cold, a batch finds it warm. Whoever reads or moves a row counts first, so that nobody sees the
 * difference.
 */
export class PendingRecords {
  readonly #rows: (RouteStats | undefined)[] = new Array<RouteStats | undefined>(CAPACITY).fill(undefined);
  readonly #figures = new Float64Array(CAPACITY * STRIDE);
  #length = 0;

  /**
   * @param status the one sent; 0 when none was
   * @param error 0, `ABORT`, or the 5xx that it amounts to
   */
  add(
    row: RouteStats,
    duration: Milliseconds,
    status: number,
    error: number,
    received: Bytes,
    sent: Bytes,
  ): void {
    const at = this.#length;
    const figures = this.#figures;
    const base = at * STRIDE;
    this.#rows[at] = row;
    figures[base] = duration;
    figures[base + 1] = status;
    figures[base + 2] = error;
    figures[base + 3] = received;
    figures[base + 4] = sent;
    this.#length = at + 1;
    if (at + 1 === CAPACITY) this.count();
  }

  /** Counts all of them in their rows. */
  count(): void {
    const figures = this.#figures;
    const rows = this.#rows;
    for (let at = 0, base = 0; at < this.#length; at++, base += STRIDE) {
      const row = rows[at]!;
      rows[at] = undefined;
      const duration = figures[base]!;
      const status = figures[base + 1]!;
      const error = figures[base + 2]!;
      row.moved(figures[base + 3]!, figures[base + 4]!);
      if (error === ABORT) row.wasAborted(duration, status);
      else row.answered(duration, status, error);
    }
    this.#length = 0;
  }
}
