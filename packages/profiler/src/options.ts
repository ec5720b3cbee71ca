import type { Clock, Context, Logger, Milliseconds, Random, Ratio } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  randomOption,
  ratioOption,
  silentLogger,
} from '@spark-perf/core';

/** Options of `RequestProfiler`. */
export interface RequestProfilerOptions {
  /** Whether anything is recorded. Switched off, the middleware only calls `next`. @default true */
  readonly enabled?: boolean | undefined;
  /**
   * Share of the eligible requests whose CPU and memory are measured, 0 to 1. Counts, durations, and slow, critical
   * and failed requests don't depend on it. @default 1
   */
  readonly sampleRate?: Ratio | undefined;
  /** Requests that take longer are kept and raise `slow`; at least 0 or `Infinity`. @default 1_000 */
  readonly slowThreshold?: Milliseconds | undefined;
  /** Requests that take longer raise `critical` instead; at least `slowThreshold` or `Infinity`. @default 5_000 */
  readonly criticalThreshold?: Milliseconds | undefined;
  /** Routes told apart, 1 to 10,000; others are counted in `_overflow`. @default 256 */
  readonly maxRoutes?: number | undefined;
  /** Slow, critical and failed requests kept, 0 to 10,000. @default 100 */
  readonly maxNotable?: number | undefined;
  /** Whether responses carry `Server-Timing`: it shows everybody who may read the response how long it took. @default false */
  readonly serverTiming?: boolean | undefined;
  /** Whether an answer takes its time by intent, asked when its head goes out. @default event streams, upgrades and what `markLongLived` marked */
  readonly longLived?: ((ctx: Context) => boolean) | undefined;
  /** Told of slow and critical requests and of errors thrown by listeners. @default silentLogger */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Source of chance. @default systemRandom */
  readonly random?: Random | undefined;
}

/** The defaults of `RequestProfilerOptions`. */
export const REQUEST_PROFILER_DEFAULTS = Object.freeze({
  enabled: true,
  sampleRate: 1,
  slowThreshold: 1_000,
  criticalThreshold: 5_000,
  maxRoutes: 256,
  maxNotable: 100,
  serverTiming: false,
});

export interface ResolvedRequestProfilerOptions {
  readonly enabled: boolean;
  readonly sampleRate: Ratio;
  readonly slowThreshold: Milliseconds;
  readonly criticalThreshold: Milliseconds;
  readonly maxRoutes: number;
  readonly maxNotable: number;
  readonly serverTiming: boolean;
  readonly longLived: ((ctx: Context) => boolean) | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

/** @throws InvalidOptionError */
export function resolveRequestProfilerOptions(
  options: RequestProfilerOptions | undefined,
): ResolvedRequestProfilerOptions {
  const known = [...Object.keys(REQUEST_PROFILER_DEFAULTS), 'longLived', 'logger', 'clock', 'random'];
  const given = optionsObject('options', options, known);
  const defaults = REQUEST_PROFILER_DEFAULTS;
  const slowThreshold = numberOption('slowThreshold', given.slowThreshold, defaults.slowThreshold, {
    infinity: true,
  });
  const criticalThreshold = numberOption(
    'criticalThreshold',
    given.criticalThreshold,
    Math.max(slowThreshold, defaults.criticalThreshold),
    { infinity: true },
  );
  if (criticalThreshold < slowThreshold)
    throw new InvalidOptionError('criticalThreshold', 'at least `slowThreshold`', criticalThreshold);
  return {
    enabled: booleanOption('enabled', given.enabled, defaults.enabled),
    sampleRate: ratioOption('sampleRate', given.sampleRate, defaults.sampleRate),
    slowThreshold,
    criticalThreshold,
    maxRoutes: integerOption('maxRoutes', given.maxRoutes, defaults.maxRoutes, { min: 1, max: 10_000 }),
    maxNotable: integerOption('maxNotable', given.maxNotable, defaults.maxNotable, { max: 10_000 }),
    serverTiming: booleanOption('serverTiming', given.serverTiming, defaults.serverTiming),
    longLived: functionOption('longLived', given.longLived, undefined),
    logger: given.logger ?? silentLogger,
    clock: clockOption(given.clock),
    random: randomOption(given.random),
  };
}
