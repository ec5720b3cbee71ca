import type { Bytes } from '@spark-perf/core';
import type { LeakEvidence } from './leak-stats.js';
import type { Verdict } from './verdict-state.js';

/** A change of the verdict. */
export interface VerdictChange {
  readonly from: Verdict;
  readonly to: Verdict;
  readonly evidence: LeakEvidence;
}

/** Events of `MemoryLeakDetector`. */
export interface MemoryLeakDetectorEvents {
  /** The verdict changed. */
  verdict: VerdictChange;
  /** It changed to `leaking`. */
  leak: VerdictChange;
  /** It changed to `recovered`. */
  recovered: VerdictChange;
  /** The live heap rose above `heapThreshold`. Raised again only after it fell below 80 % of it. */
  highHeap: { readonly liveHeap: Bytes; readonly threshold: Bytes };
}
