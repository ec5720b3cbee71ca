import type { Milliseconds } from '@spark-perf/core';
import type { NotableRequest } from './requests/notable-requests.js';

/** A request that took longer than a threshold. */
export interface SlowRequest extends NotableRequest {
  readonly threshold: Milliseconds;
}

/** Events of `RequestProfiler`. A request is in one of them only. */
export interface RequestProfilerEvents {
  /** It took longer than `slowThreshold`, and not longer than `criticalThreshold`. */
  slow: SlowRequest;
  /** It took longer than `criticalThreshold`. */
  critical: SlowRequest;
}
