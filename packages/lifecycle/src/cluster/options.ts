import type { Bytes, Clock, Logger, Milliseconds, Random } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  InvalidOptionError,
  integerOption,
  numberOption,
  optionsObject,
  randomOption,
  silentLogger,
} from '@spark-perf/core';
import { availableParallelism } from 'node:os';
import type { ResourceManagerOptions } from '../options.js';

/** Options of `ClusterManager`. All durations are milliseconds. */
export interface ClusterManagerOptions {
  /** How many workers: a count, `'auto'` for the available parallelism, 0 to run in this process. @default 'auto' */
  readonly workers?: number | 'auto' | undefined;
  /** How long a worker may take from its start until it listens and is ready; more than 0. @default 30_000 */
  readonly readyTimeout?: Milliseconds | undefined;
  /** How long a worker may take to drain before it is killed; more than 0. @default 30_000 */
  readonly drainTimeout?: Milliseconds | undefined;
  /** Wait before a crashed worker is started again; doubles with each crash; more than 0. @default 100 */
  readonly minBackoff?: Milliseconds | undefined;
  /** Cap of the doubling; a worker that was ready this long starts over; at least `minBackoff`. @default 10_000 */
  readonly maxBackoff?: Milliseconds | undefined;
  /** Crashes of all workers within `crashWindow` after which the cluster gives up; at least 1. @default 10 */
  readonly maxCrashes?: number | undefined;
  /** What `maxCrashes` looks back on; more than 0. @default 60_000 */
  readonly crashWindow?: Milliseconds | undefined;
  /** Resident memory above which a worker is replaced; more than 0, or `Infinity` for no limit. @default Infinity */
  readonly maxMemory?: Bytes | undefined;
  /** How often a worker reports its memory; at least 10. @default 5_000 */
  readonly memoryInterval?: Milliseconds | undefined;
  /** Whether a worker must listen to be ready; `false` for workers without a server. @default true */
  readonly requireListening?: boolean | undefined;
  /** Whether SIGHUP makes the primary reload. @default true */
  readonly reloadOnSighup?: boolean | undefined;
  /** Signals that stop the primary; as in `ResourceManager`. @default ['SIGINT', 'SIGTERM', 'SIGUSR2'] */
  readonly signals?: readonly NodeJS.Signals[] | false | undefined;
  /** Whether the primary exits after its shutdown, and after giving up. @default true */
  readonly exit?: boolean | undefined;
  /** Where starts, crashes and reloads are told. @default silent */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Source of chance, for the jitter of the backoff. @default systemRandom */
  readonly random?: Random | undefined;
}

export interface ResolvedClusterOptions {
  readonly workers: number;
  readonly readyTimeout: Milliseconds;
  readonly drainTimeout: Milliseconds;
  readonly minBackoff: Milliseconds;
  readonly maxBackoff: Milliseconds;
  readonly maxCrashes: number;
  readonly crashWindow: Milliseconds;
  readonly maxMemory: Bytes;
  readonly memoryInterval: Milliseconds;
  readonly requireListening: boolean;
  readonly reloadOnSighup: boolean;
  readonly exit: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  /** For the primary's own manager. */
  readonly manager: ResourceManagerOptions;
}

/** The defaults of `ClusterManagerOptions`. */
export const CLUSTER_DEFAULTS = Object.freeze({
  workers: 'auto',
  readyTimeout: 30_000,
  drainTimeout: 30_000,
  minBackoff: 100,
  maxBackoff: 10_000,
  maxCrashes: 10,
  crashWindow: 60_000,
  maxMemory: Infinity,
  memoryInterval: 5_000,
  requireListening: true,
  reloadOnSighup: true,
  exit: true,
});

const KNOWN = [...Object.keys(CLUSTER_DEFAULTS), 'signals', 'logger', 'clock', 'random'];
/** What the primary has on top of its workers' drain: to notice the last exit, to kill. */
const PRIMARY_MARGIN: Milliseconds = 5_000;

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveClusterOptions(raw?: ClusterManagerOptions): ResolvedClusterOptions {
  const options = optionsObject('options', raw, KNOWN);
  const defaults = CLUSTER_DEFAULTS;
  const duration = (
    name: 'readyTimeout' | 'drainTimeout' | 'minBackoff' | 'crashWindow',
    min = 1,
  ): Milliseconds => numberOption(name, options[name], defaults[name], { min });
  const minBackoff = duration('minBackoff');
  const drainTimeout = duration('drainTimeout');
  const exit = booleanOption('exit', options.exit, defaults.exit);
  const { logger, clock, signals } = options;
  return {
    workers: workersOption(options.workers),
    readyTimeout: duration('readyTimeout'),
    drainTimeout,
    minBackoff,
    maxBackoff: numberOption('maxBackoff', options.maxBackoff, Math.max(minBackoff, defaults.maxBackoff), {
      min: minBackoff,
    }),
    maxCrashes: integerOption('maxCrashes', options.maxCrashes, defaults.maxCrashes, { min: 1 }),
    crashWindow: duration('crashWindow'),
    maxMemory: numberOption('maxMemory', options.maxMemory, defaults.maxMemory, { min: 1, infinity: true }),
    memoryInterval: numberOption('memoryInterval', options.memoryInterval, defaults.memoryInterval, {
      min: 10,
    }),
    requireListening: booleanOption('requireListening', options.requireListening, defaults.requireListening),
    reloadOnSighup: booleanOption('reloadOnSighup', options.reloadOnSighup, defaults.reloadOnSighup),
    exit,
    logger: logger ?? silentLogger,
    clock: clockOption(clock),
    random: randomOption(options.random),
    manager: { signals, exit, logger, clock, shutdownTimeout: drainTimeout + PRIMARY_MARGIN },
  };
}

function workersOption(value: unknown): number {
  if (value === undefined || value === 'auto') return availableParallelism();
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 1_024) {
    throw new InvalidOptionError('workers', "an integer from 0 to 1024 or 'auto'", value);
  }
  return value;
}
