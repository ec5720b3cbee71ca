import type { Milliseconds } from '@spark-perf/core';
import type { WindowOutcome } from '../window-store.js';

/** The one outcome of a synchronous store: valid until its next decision. */
export class ReusedOutcome implements WindowOutcome {
  allowed = true;
  at: Milliseconds = 0;
  slotDenied = false;
  readonly remaining: Float64Array;
  readonly retryAfter: Float64Array;
  /** Each policy's step of now, for the charge that follows. */
  readonly steps: Int32Array;

  constructor(policies: number) {
    this.remaining = new Float64Array(policies);
    this.retryAfter = new Float64Array(policies);
    this.steps = new Int32Array(policies);
  }

  begin(time: Milliseconds): void {
    this.allowed = true;
    this.slotDenied = false;
    this.at = time;
  }

  fits(policy: number, left: number): void {
    this.remaining[policy] = left;
    this.retryAfter[policy] = 0;
  }

  exceeds(policy: number, left: number, retryAfter: Milliseconds): void {
    this.allowed = false;
    this.remaining[policy] = left;
    this.retryAfter[policy] = retryAfter;
  }

  denySlot(): void {
    this.allowed = false;
    this.slotDenied = true;
  }
}
