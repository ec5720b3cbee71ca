import type { Milliseconds } from '@spark-perf/core';

/** The time in which what was observed loses all but 1/e of its weight. */
const DECAY: Milliseconds = 10_000;
/** What a server that was never observed costs while a request to it is under way: only one goes there first. */
const UNKNOWN: Milliseconds = 1e9;

/**
 * A moving average of response times that rises to a peak at once and forgets it slowly, so that a server that
 * becomes slow is avoided from the first slow answer on. Source: Finagle's `P2CPeakEwma` (Twitter).
 */
export class PeakEwma {
  #cost: Milliseconds = 0;
  #at: Milliseconds = -1;

  /** Takes in the response time `rtt` observed at `now`. */
  observe(now: Milliseconds, rtt: Milliseconds): void {
    if (this.#at < 0 || rtt > this.#cost) this.#cost = rtt;
    else {
      const weight = Math.exp(-Math.max(0, now - this.#at) / DECAY);
      this.#cost = this.#cost * weight + rtt * (1 - weight);
    }
    this.#at = now;
  }

  /** What one more request would cost on top of `pending` ones. */
  load(now: Milliseconds, pending: number): number {
    if (this.#at < 0) return pending === 0 ? 0 : UNKNOWN + pending;
    const idle = now - this.#at;
    // Below a tenth of a percent the decay is not worth an exponential.
    const cost = idle < 10 ? this.#cost : this.#cost * Math.exp(-idle / DECAY);
    return cost * (pending + 1);
  }

  /** The average, not decayed; 0 when nothing was observed. */
  get value(): Milliseconds {
    return this.#cost;
  }

  /** Forgets everything: a server that was away is unknown. */
  reset(): void {
    this.#cost = 0;
    this.#at = -1;
  }
}
