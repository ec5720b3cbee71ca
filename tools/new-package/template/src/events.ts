import type { Milliseconds } from '@spark-perf/core';

/** Events of `__Name__`. */
export interface __Name__Events {
  /** A request passed; `at` is monotonic. */
  request: { readonly at: Milliseconds };
}
