import type { Clock, Logger, Random } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  enumOption,
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  randomOption,
  ratioOption,
  silentLogger,
  stringOption,
} from '@spark-perf/core';
import type { ConnectionFactory } from './factory.js';
import { isSocketError } from './fatal-error.js';
import type { AcquireOptions, ConnectionPoolOptions } from './options.js';
import { CONNECTION_POOL_DEFAULTS } from './options.js';

type Durations =
  | 'idleTimeout'
  | 'healthCheckInterval'
  | 'acquireTimeout'
  | 'createTimeout'
  | 'destroyTimeout'
  | 'validateTimeout'
  | 'resetTimeout'
  | 'retryDelay'
  | 'maxRetryDelay'
  | 'maxLifetime'
  | 'validateAfterIdle'
  | 'keepalive'
  | 'leakDetection';

/** The options with their defaults filled in. `resize` changes the sizes; the rest stays. */
export interface ResolvedOptions extends Readonly<Record<Durations, number>> {
  readonly name: string;
  minSize: number;
  maxSize: number;
  readonly maxRetries: number;
  readonly lifetimeJitter: number;
  readonly maxWaiters: number;
  readonly maxUses: number;
  readonly failFast: boolean;
  readonly idleOrder: 'lifo' | 'fifo';
  readonly isFatal: (error: unknown) => boolean;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

const KNOWN = [...Object.keys(CONNECTION_POOL_DEFAULTS), 'isFatal', 'logger', 'clock', 'random'];
const MAX_CONNECTIONS = 100_000;
/** The largest value of `priority`. */
export const MAX_PRIORITY = 9;

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveOptions<T>(
  factory: ConnectionFactory<T>,
  raw: ConnectionPoolOptions | undefined,
): ResolvedOptions {
  const options = optionsObject('options', raw, KNOWN);
  const defaults = CONNECTION_POOL_DEFAULTS;
  const bounded = (name: Durations): number => numberOption(name, options[name], defaults[name], { min: 1 });
  const open = (name: Durations, min: number): number =>
    numberOption(name, options[name], defaults[name], { min, infinity: true });
  const retryDelay = bounded('retryDelay');
  return {
    name: stringOption('name', options.name, defaults.name),
    ...resolveSizes(options),
    idleTimeout: open('idleTimeout', 1),
    healthCheckInterval: open('healthCheckInterval', 10),
    maxRetries: integerOption('maxRetries', options.maxRetries, defaults.maxRetries, { max: 100 }),
    acquireTimeout: bounded('acquireTimeout'),
    createTimeout: bounded('createTimeout'),
    destroyTimeout: bounded('destroyTimeout'),
    validateTimeout: bounded('validateTimeout'),
    resetTimeout: bounded('resetTimeout'),
    retryDelay,
    maxRetryDelay: numberOption(
      'maxRetryDelay',
      options.maxRetryDelay,
      Math.max(retryDelay, defaults.maxRetryDelay),
      { min: retryDelay },
    ),
    maxLifetime: open('maxLifetime', 1),
    lifetimeJitter: ratioOption('lifetimeJitter', options.lifetimeJitter, defaults.lifetimeJitter),
    validateAfterIdle: open('validateAfterIdle', 0),
    keepalive: open('keepalive', 10),
    maxWaiters: integerOption('maxWaiters', options.maxWaiters, defaults.maxWaiters, { min: 1 }),
    maxUses: integerOption('maxUses', options.maxUses, defaults.maxUses, { min: 1, infinity: true }),
    failFast: booleanOption('failFast', options.failFast, defaults.failFast),
    idleOrder: enumOption<'lifo' | 'fifo'>('idleOrder', options.idleOrder, defaults.idleOrder, [
      'lifo',
      'fifo',
    ]),
    leakDetection: open('leakDetection', 10),
    isFatal: functionOption<(error: unknown) => boolean>(
      'isFatal',
      options.isFatal,
      typeof factory.isFatal === 'function' ? (error) => factory.isFatal!(error) : isSocketError,
    ),
    logger: options.logger ?? silentLogger,
    clock: clockOption(options.clock),
    random: randomOption(options.random),
  };
}

/** The two sizes, where a missing one is taken from `present`. @throws InvalidOptionError */
export function resolveSizes(
  options: Pick<ConnectionPoolOptions, 'minSize' | 'maxSize'>,
  present: { readonly minSize: number; readonly maxSize: number } = CONNECTION_POOL_DEFAULTS,
): { minSize: number; maxSize: number } {
  const maxSize = integerOption('maxSize', options.maxSize, present.maxSize, {
    min: 1,
    max: MAX_CONNECTIONS,
  });
  const minSize = integerOption('minSize', options.minSize, Math.min(present.minSize, maxSize), {
    max: maxSize,
  });
  return { minSize, maxSize };
}

const METHODS = ['validate', 'reset', 'begin', 'commit', 'rollback', 'isFatal'] as const;

/** @throws InvalidOptionError unless it is a factory. */
export function checkFactory<T>(factory: ConnectionFactory<T>): ConnectionFactory<T> {
  const given = factory as Partial<ConnectionFactory<T>> | null | undefined;
  if (typeof given?.create !== 'function' || typeof given.destroy !== 'function') {
    throw new InvalidOptionError('factory', 'an object with the functions create and destroy', factory);
  }
  for (const method of METHODS) functionOption(`factory.${method}`, given[method] as unknown, undefined);
  return factory;
}

const KNOWN_ACQUIRE = ['signal', 'timeout', 'priority', 'label'];

/** @throws InvalidOptionError */
export function checkAcquireOptions(raw: AcquireOptions): void {
  const options = optionsObject('options', raw, KNOWN_ACQUIRE);
  numberOption('timeout', options.timeout, 0);
  integerOption('priority', options.priority, 0, { max: MAX_PRIORITY });
  stringOption('label', options.label, undefined);
  if (options.signal !== undefined && typeof options.signal?.addEventListener !== 'function') {
    throw new InvalidOptionError('signal', 'an AbortSignal', options.signal);
  }
}
