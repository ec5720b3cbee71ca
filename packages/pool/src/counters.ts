import { LatencyHistogram } from '@spark-perf/core';

/** What the pool counts. Plain fields: the hot path adds to them. */
export class Counters {
  created = 0;
  destroyed = 0;
  /** Successful acquires. */
  borrowed = 0;
  /** Connections that came back, one way or another. */
  returned = 0;
  /** Failed creations, validations and resets. */
  failures = 0;
  timeouts = 0;
  aborted = 0;
  refused = 0;
  leaks = 0;
  /** Acquires that had to wait and were served; the others, `borrowed - waited`, waited 0 ms. */
  waited = 0;
  /** Of waits that were served, and were not 0. Under load, of every 32nd. */
  readonly wait = new LatencyHistogram();
  /** How long connections were borrowed. Under load, every 32nd. */
  readonly usage = new LatencyHistogram();
  readonly creation = new LatencyHistogram();
}
