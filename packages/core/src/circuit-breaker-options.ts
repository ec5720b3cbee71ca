import type { Clock } from './clock.js';
import {
  clockOption,
  functionOption,
  integerOption,
  numberOption,
  optionsObject,
  randomOption,
  ratioOption,
} from './option-rules.js';
import type { Random } from './random.js';
import type { Milliseconds, Ratio } from './units.js';

/** Options of `CircuitBreaker`. All durations are milliseconds. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit; at least 1, or `Infinity` to go by the rate alone. @default 5 */
  readonly failureThreshold?: number | undefined;
  /** Share of failed calls within `window` that opens the circuit; 0 < rate ≤ 1. @default undefined (off) */
  readonly failureRate?: Ratio | undefined;
  /** Calls within `window` below which the rate says nothing; at least 1. @default 20 */
  readonly minimumCalls?: number | undefined;
  /** What `failureRate` looks back on; at least 10. @default 10_000 */
  readonly window?: Milliseconds | undefined;
  /** How long the circuit stays open the first time; at least 1. Doubles with every failed probe. @default 1_000 */
  readonly openDuration?: Milliseconds | undefined;
  /** Cap of the doubling; at least `openDuration`. @default 30_000 */
  readonly maxOpenDuration?: Milliseconds | undefined;
  /** Share of the open time that chance takes off, so that a fleet does not probe in step; 0 to 1. @default 0.2 */
  readonly jitter?: Ratio | undefined;
  /** Whether what `execute` caught is a failure of the dependency. @default every error is */
  readonly isFailure?: ((error: unknown) => boolean) | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Source of chance. @default systemRandom */
  readonly random?: Random | undefined;
}

export interface ResolvedCircuitBreakerOptions {
  readonly failureThreshold: number;
  readonly failureRate: Ratio | undefined;
  readonly minimumCalls: number;
  readonly window: Milliseconds;
  readonly openDuration: Milliseconds;
  readonly maxOpenDuration: Milliseconds;
  readonly jitter: Ratio;
  readonly isFailure: (error: unknown) => boolean;
  readonly clock: Clock;
  readonly random: Random;
}

/** The defaults of `CircuitBreakerOptions`. */
export const CIRCUIT_BREAKER_DEFAULTS = Object.freeze({
  failureThreshold: 5,
  failureRate: undefined,
  minimumCalls: 20,
  window: 10_000,
  openDuration: 1_000,
  maxOpenDuration: 30_000,
  jitter: 0.2,
});

const KNOWN = [...Object.keys(CIRCUIT_BREAKER_DEFAULTS), 'isFailure', 'clock', 'random'];

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveCircuitBreakerOptions(raw?: CircuitBreakerOptions): ResolvedCircuitBreakerOptions {
  const options = optionsObject('options', raw, KNOWN);
  const defaults = CIRCUIT_BREAKER_DEFAULTS;
  const openDuration = numberOption('openDuration', options.openDuration, defaults.openDuration, { min: 1 });
  return {
    failureThreshold: integerOrInfinity(options.failureThreshold),
    failureRate:
      options.failureRate === undefined
        ? undefined
        : numberOption('failureRate', options.failureRate, 1, { min: Number.MIN_VALUE, max: 1 }),
    minimumCalls: integerOption('minimumCalls', options.minimumCalls, defaults.minimumCalls, { min: 1 }),
    window: numberOption('window', options.window, defaults.window, { min: 10 }),
    openDuration,
    maxOpenDuration: numberOption(
      'maxOpenDuration',
      options.maxOpenDuration,
      Math.max(openDuration, defaults.maxOpenDuration),
      { min: openDuration },
    ),
    jitter: ratioOption('jitter', options.jitter, defaults.jitter),
    isFailure: functionOption<(error: unknown) => boolean>('isFailure', options.isFailure, () => true),
    clock: clockOption(options.clock),
    random: randomOption(options.random),
  };
}

function integerOrInfinity(value: number | undefined): number {
  return integerOption('failureThreshold', value, CIRCUIT_BREAKER_DEFAULTS.failureThreshold, {
    min: 1,
    infinity: true,
  });
}
