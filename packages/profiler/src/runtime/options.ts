import type { Clock, Milliseconds } from '@spark-perf/core';

/** Options of `RuntimeMonitor`. */
export interface RuntimeMonitorOptions {
  /** Pause between two samples of the event loop's delay; 5 to 1,000. A longer one costs less and sees less. @default 50 */
  readonly resolution?: Milliseconds | undefined;
  /** The interval that delay, utilisation and CPU are told of; 100 to 600,000. @default 10_000 */
  readonly interval?: Milliseconds | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** The defaults of `RuntimeMonitorOptions`. */
export const RUNTIME_MONITOR_DEFAULTS = Object.freeze({ resolution: 50, interval: 10_000 });
