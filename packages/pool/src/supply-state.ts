import type { Milliseconds } from '@spark-perf/core';

/** Whether connections can be had from the backend. */
export type SupplyState =
  /** Creations run side by side, up to a window that doubles with each success. */
  | { readonly kind: 'flowing' }
  /** The last `failures` creations failed: one at a time, after a pause. */
  | {
      readonly kind: 'retrying';
      readonly failures: number;
      readonly retryAt: Milliseconds;
      readonly cause: unknown;
    }
  /** The retries are spent: one probe at a time, after a pause, whether anybody waits or not. */
  | {
      readonly kind: 'open';
      readonly failures: number;
      readonly retryAt: Milliseconds;
      readonly cause: unknown;
    };

export const FLOWING: SupplyState = Object.freeze({ kind: 'flowing' });
