import type { Milliseconds, NumberRule } from '@spark-perf/core';
import {
  InvalidOptionError,
  integerOption,
  numberOption,
  optionsObject,
  stringOption,
} from '@spark-perf/core';

/** One named window. */
export interface RateLimitPolicy {
  /** Stands in the header fields and in `violated-policies`: printable ASCII. */
  readonly name: string;
  /** Units admitted in any window; an integer from 0 to 2^31 − 1. */
  readonly maxRequests: number;
  /** Length of the window: whole milliseconds from 1 to 2^40. */
  readonly windowSize: Milliseconds;
  /** Width of a bucket; rounded so that 10 to 120 of them make the window. @default the limiter's, 1_000 */
  readonly precision?: Milliseconds | undefined;
}

/**
 * A policy as stores count it. Time is cut into steps: step `floor(t · scale / unit)` holds the millisecond `t`. A unit
 * charged in step `s` is gone in step `s + span`, which never begins less than `windowSize` later: the oldest step
 * that reaches into the window counts in full, so no window ever holds more than the limit.
 */
export interface WindowPolicy {
  readonly name: string;
  readonly maxRequests: number;
  readonly windowSize: Milliseconds;
  /** Whether each unit is kept with its own time (limits up to 32), instead of counts per bucket. */
  readonly exact: boolean;
  readonly scale: number;
  readonly unit: number;
  readonly span: number;
}

/** Up to this limit a log of times is as small as a ring of buckets, and exact. */
const EXACT_UP_TO = 32;
const MIN_BUCKETS = 10;
const MAX_BUCKETS = 120;
/** Steps of a log are 1 ms, unless the window has more of them than this. */
const MAX_LOG_STEPS = 2 ** 30;

const KNOWN = ['name', 'maxRequests', 'windowSize', 'precision'];

/**
 * Validates a policy and works out its steps.
 * @param defaultPrecision width of a bucket where the policy has none of its own
 * @throws InvalidOptionError
 */
export function windowPolicy(raw: RateLimitPolicy, defaultPrecision: Milliseconds = 1_000): WindowPolicy {
  const options = optionsObject<RateLimitPolicy>('policies', raw, KNOWN);
  const name = stringOption('name', options.name, 'default');
  if (!/^[\x20-\x7e]{1,64}$/.test(name))
    throw new InvalidOptionError('name', '1 to 64 printable ASCII characters', name);
  const maxRequests = integerGiven('maxRequests', options.maxRequests, { max: 2 ** 31 - 1 });
  const windowSize = integerGiven('windowSize', options.windowSize, { min: 1, max: 2 ** 40 });
  const precision = numberOption('precision', options.precision, defaultPrecision, { min: 1 });
  if (maxRequests <= EXACT_UP_TO) {
    const unit = Math.ceil(windowSize / MAX_LOG_STEPS);
    const span = unit === 1 ? windowSize : Math.ceil(windowSize / unit) + 1;
    return { name, maxRequests, windowSize, exact: true, scale: 1, unit, span };
  }
  const scale = Math.max(MIN_BUCKETS, Math.min(MAX_BUCKETS, Math.round(windowSize / precision)));
  // Buckets of a millisecond or less: one per millisecond, and none that the window covers partly.
  if (scale >= windowSize)
    return { name, maxRequests, windowSize, exact: false, scale: 1, unit: 1, span: windowSize };
  return { name, maxRequests, windowSize, exact: false, scale, unit: windowSize, span: scale + 1 };
}

/** No default here: a function that knows no limit for a request, or a policy without one, must not be given a guess. */
function integerGiven(name: string, value: unknown, rule: NumberRule): number {
  if (value === undefined) throw new InvalidOptionError(name, 'given', value);
  return integerOption(name, value, 0, rule);
}

/** The step that holds the millisecond `time`. Exact: both factors and their product are integers below 2^53. */
export function stepOf(policy: WindowPolicy, time: Milliseconds): number {
  return Math.floor((time * policy.scale) / policy.unit);
}

/** The first millisecond of a step. */
export function startOf(policy: WindowPolicy, step: number): Milliseconds {
  return Math.ceil((step * policy.unit) / policy.scale);
}
