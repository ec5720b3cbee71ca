import type { Milliseconds } from '@spark-perf/core';
import { startOf, stepOf } from '../policy.js';
import type { WindowCounter } from './window-counter.js';

/** The step of now of one counter. Time never goes back: what a step needs is worked out once, when it begins. */
export class CurrentStep {
  /** Not relative to a segment. */
  step = 0;
  /** The step modulo the counter's stride. */
  phase = 0;
  /** When the next step begins. */
  end: Milliseconds = 0;

  enter({ policy, stride }: WindowCounter, time: Milliseconds): void {
    this.step = stepOf(policy, time);
    this.phase = this.step % stride;
    this.end = startOf(policy, this.step + 1);
  }
}
