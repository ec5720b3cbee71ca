import type { Clock, Logger, Milliseconds } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  enumOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  silentLogger,
} from '@spark-perf/core';
import { constants } from 'node:os';

/** Options of `ResourceManager`. All durations are milliseconds. */
export interface ResourceManagerOptions {
  /**
   * Signals that shut the process down. Crash handlers (`uncaughtException`, `unhandledRejection`) come with them;
   * `false` installs neither, an empty list the crash handlers alone.
   * @default ['SIGINT', 'SIGTERM', 'SIGUSR2']
   */
  readonly signals?: readonly NodeJS.Signals[] | false | undefined;
  /** Whether a shutdown ends the process. @default true */
  readonly exit?: boolean | undefined;
  /** The exit code after a graceful signal: 0, or 128 plus the signal's number as shells report it. @default 'zero' */
  readonly signalExitCode?: 'zero' | '128+n' | undefined;
  /** The whole shutdown, from the signal to the last cleanup; more than 0. @default 30_000 */
  readonly shutdownTimeout?: Milliseconds | undefined;
  /** One cleanup or `onShutdown` handler without a timeout of its own; more than 0. @default 5_000 */
  readonly cleanupTimeout?: Milliseconds | undefined;
  /**
   * Where phases and failures are told. Without one, only crashes and failed shutdowns that end the process are
   * written, to stderr.
   * @default silent
   */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

export interface ResolvedResourceManagerOptions {
  readonly signals: readonly NodeJS.Signals[] | false;
  readonly exit: boolean;
  readonly signalExitCode: 'zero' | '128+n';
  readonly shutdownTimeout: Milliseconds;
  readonly cleanupTimeout: Milliseconds;
  readonly logger: Logger;
  /** Whether the user has seen to it that failures are told. */
  readonly logs: boolean;
  readonly clock: Clock;
}

/** The defaults of `ResourceManagerOptions`. */
export const RESOURCE_MANAGER_DEFAULTS = Object.freeze({
  signals: Object.freeze(['SIGINT', 'SIGTERM', 'SIGUSR2'] as const),
  exit: true,
  signalExitCode: 'zero',
  shutdownTimeout: 30_000,
  cleanupTimeout: 5_000,
});

const KNOWN = [...Object.keys(RESOURCE_MANAGER_DEFAULTS), 'logger', 'clock'];

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveResourceManagerOptions(raw?: ResourceManagerOptions): ResolvedResourceManagerOptions {
  const options = optionsObject('options', raw, KNOWN);
  const defaults = RESOURCE_MANAGER_DEFAULTS;
  return {
    signals: signalsOption(options.signals),
    exit: booleanOption('exit', options.exit, defaults.exit),
    signalExitCode: enumOption('signalExitCode', options.signalExitCode, 'zero', ['zero', '128+n']),
    shutdownTimeout: numberOption('shutdownTimeout', options.shutdownTimeout, defaults.shutdownTimeout, {
      min: 1,
    }),
    cleanupTimeout: numberOption('cleanupTimeout', options.cleanupTimeout, defaults.cleanupTimeout, {
      min: 1,
    }),
    logger: options.logger ?? silentLogger,
    logs: options.logger !== undefined,
    clock: clockOption(options.clock),
  };
}

function signalsOption(value: unknown): readonly NodeJS.Signals[] | false {
  if (value === undefined) return RESOURCE_MANAGER_DEFAULTS.signals;
  if (value === false) return false;
  const known = (name: unknown): boolean =>
    typeof name === 'string' &&
    Object.hasOwn(constants.signals, name) &&
    name !== 'SIGKILL' &&
    name !== 'SIGSTOP';
  if (!Array.isArray(value) || !value.every(known)) {
    throw new InvalidOptionError('signals', 'a list of signals that can be caught, or false', value);
  }
  return [...new Set(value as NodeJS.Signals[])];
}
