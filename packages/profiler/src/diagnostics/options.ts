import type { Clock, Context, Milliseconds } from '@spark-perf/core';
import type { RuntimeMonitor } from '../runtime/runtime-monitor.js';

/** Options of `diagnostics`. */
export interface DiagnosticsOptions {
  /**
   * Who may use it: `true`, or a promise of it, lets the request through. Without it everything is refused when
   * `NODE_ENV` is `production`, and else everybody but this machine's own addresses. @default this machine, outside production
   */
  readonly authorize?: ((ctx: Context) => boolean | Promise<boolean>) | undefined;
  /** Longest profile that may be asked for; 1,000 to 600,000. @default 60_000 */
  readonly maxDuration?: Milliseconds | undefined;
  /** How long `authorize` may take; at least 1. @default 10_000 */
  readonly authorizeTimeout?: Milliseconds | undefined;
  /** Whose figures `GET /state` shows. @default one that reads the process and follows nothing */
  readonly monitor?: RuntimeMonitor | undefined;
  /** Free memory, in bytes: a heap snapshot needs twice the heap. @default what the machine or the process's limit leaves */
  readonly freeMemory?: (() => number) | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** The defaults of `DiagnosticsOptions`. */
export const DIAGNOSTICS_DEFAULTS = Object.freeze({ maxDuration: 60_000, authorizeTimeout: 10_000 });
