import type { Milliseconds } from '@spark-perf/core';
import { DurationHistogram } from '../requests/duration-histogram.js';

/** Most samples one block of the loop stands for: a suspended machine must not fill the histogram. */
const MOST_FILLED = 3_000;

/** Event-loop delays of one interval. */
export interface DelayReport {
  readonly count: number;
  readonly min: Milliseconds;
  readonly max: Milliseconds;
  readonly mean: Milliseconds;
  readonly stddev: Milliseconds;
  readonly p50: Milliseconds;
  readonly p90: Milliseconds;
  readonly p99: Milliseconds;
}

/**
 * Delays of a timer, corrected for the samples that a blocked loop could not take (coordinated omission, G. Tene): a
 * delay of 500 ms also stands for 480, 460 … ms, which whoever had come in between would have waited. Without it half
 * a second of standstill is one sample among fifty, and the 90th percentile shows nothing.
 */
export class OmissionCorrectedDelay {
  readonly #histogram = new DurationHistogram();
  #sum = 0;
  #squares = 0;
  #min = Infinity;
  #max = 0;

  constructor(readonly resolution: Milliseconds) {}

  record(delay: Milliseconds): void {
    const value = delay > 0 ? delay : 0;
    this.#add(value);
    let left = value - this.resolution;
    for (let filled = 0; left > 0 && filled < MOST_FILLED; filled++, left -= this.resolution) this.#add(left);
  }

  #add(value: Milliseconds): void {
    this.#histogram.record(value);
    this.#sum += value;
    this.#squares += value * value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  report(): DelayReport {
    const { count } = this.#histogram;
    const mean = count === 0 ? 0 : this.#sum / count;
    const at = (q: number): Milliseconds =>
      count === 0 ? 0 : Math.min(this.#max, Math.max(this.#min, this.#histogram.percentile(q)));
    return {
      count,
      min: count === 0 ? 0 : this.#min,
      max: this.#max,
      mean,
      stddev: count === 0 ? 0 : Math.sqrt(Math.max(0, this.#squares / count - mean * mean)),
      p50: at(0.5),
      p90: at(0.9),
      p99: at(0.99),
    };
  }
}
