import type { Clock } from '@spark-perf/core';
import { clockOption, optionsObject } from '@spark-perf/core';

/** Options of `__Name__`. All durations are milliseconds. */
export interface __Name__Options {
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

export interface Resolved__Name__Options {
  readonly clock: Clock;
}

const KNOWN = ['clock'];

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveOptions(raw?: __Name__Options): Resolved__Name__Options {
  const options = optionsObject('options', raw, KNOWN);
  return { clock: clockOption(options.clock) };
}
