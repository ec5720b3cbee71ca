import type { Logger } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  enumOption,
  InvalidOptionError,
  integerOption,
  numberOption,
  optionsObject,
  randomOption,
  ratioOption,
  silentLogger,
  stringOption,
} from '@spark-perf/core';
import type { MultiLevelCacheOptions } from './options.js';
import { MULTI_LEVEL_CACHE_DEFAULTS as defaults } from './options.js';
import { isolationOf } from './values/isolation.js';
import { jsonSerializer } from './values/json-serializer.js';

export type ResolvedCacheOptions = ReturnType<typeof resolveCacheOptions>;

const KNOWN = [
  ...Object.keys(defaults),
  ...['redisClient', 'databaseClient', 'serializer', 'logger', 'clock', 'random'],
];

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveCacheOptions(raw?: MultiLevelCacheOptions) {
  const options = optionsObject<MultiLevelCacheOptions>('options', raw, KNOWN);
  const duration = (
    name: keyof typeof defaults & keyof MultiLevelCacheOptions,
    min: number,
    infinity = false,
  ) => numberOption(name, options[name], defaults[name] as number, { min, infinity });
  const prefix = stringOption('prefix', options.prefix, defaults.prefix);
  if (/[{}]/.test(prefix)) throw new InvalidOptionError('prefix', 'a string without braces', prefix);
  const count = (name: 'l1MaxSize' | 'journalSize' | 'maxTags' | 'maxFlights', min: number) =>
    integerOption(name, options[name], defaults[name], { min, max: 2 ** 31 });
  return {
    redisClient: client('redisClient', options.redisClient, ['get']),
    databaseClient: client('databaseClient', options.databaseClient, ['get', 'set', 'del']),
    l1MaxSize: count('l1MaxSize', 1),
    l1MaxBytes: numberOption('l1MaxBytes', options.l1MaxBytes, defaults.l1MaxBytes, {
      min: 1,
      integer: true,
      infinity: true,
    }),
    l1TTL: duration('l1TTL', 1),
    l2TTL: duration('l2TTL', 1),
    l3TTL: duration('l3TTL', 1),
    grace: duration('grace', 0),
    softTimeout: duration('softTimeout', 0, true),
    hardTimeout: duration('hardTimeout', 1, true),
    negativeTTL: duration('negativeTTL', 0),
    ttlJitter: ratioOption('ttlJitter', options.ttlJitter, defaults.ttlJitter),
    isolation: isolationOf(
      enumOption('isolation', options.isolation, defaults.isolation, ['frozen', 'clone', 'shared'] as const),
    ),
    serializer: client('serializer', options.serializer, ['serialize', 'deserialize']) ?? jsonSerializer,
    prefix,
    levelTimeout: duration('levelTimeout', 1),
    distributedLock: booleanOption('distributedLock', options.distributedLock, defaults.distributedLock),
    lockLease: duration('lockLease', 50),
    lockTimeout: duration('lockTimeout', 1),
    tombstoneTTL: duration('tombstoneTTL', 1_000),
    journalSize: count('journalSize', 1),
    maxTags: count('maxTags', 100),
    maxFlights: count('maxFlights', 1),
    busHeartbeat: duration('busHeartbeat', 10),
    logger: client<Logger>('logger', options.logger, ['warn']) ?? silentLogger,
    clock: clockOption(options.clock),
    random: randomOption(options.random),
  };
}

function client<T extends object>(
  name: string,
  value: T | undefined,
  methods: readonly string[],
): T | undefined {
  if (value === undefined || value === null) return undefined;
  for (const method of methods) {
    if (typeof (value as Record<string, unknown>)[method] !== 'function')
      throw new InvalidOptionError(name, `an object with the methods ${methods.join(', ')}`, value);
  }
  return value;
}
