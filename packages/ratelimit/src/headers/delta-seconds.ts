import type { Milliseconds } from '@spark-perf/core';

/** The largest integer of a structured field (RFC 9651, section 3.3.1). */
const LARGEST = 999_999_999_999_999;

/** Whole seconds, rounded up: who waits so long does not come too early. */
export function deltaSeconds(time: Milliseconds): number {
  return Math.min(LARGEST, Math.max(0, Math.ceil(time / 1_000)));
}
