import type { Clock } from '@spark-perf/core';
import { systemClock } from '@spark-perf/core';

/** Options of `__Name__`. All durations are milliseconds. */
export interface __Name__Options {
  /** Source of time. @default systemClock */
  readonly clock?: Clock;
}

export type Resolved__Name__Options = Required<__Name__Options>;

/** The defaults of `__Name__Options`. */
export const __NAME___DEFAULTS = Object.freeze({ clock: systemClock });

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveOptions(options: __Name__Options = {}): Resolved__Name__Options {
  return { clock: options.clock ?? __NAME___DEFAULTS.clock };
}
