import type { Clock, Context, Logger, Milliseconds, Random, TrustCheck } from '@spark-perf/core';
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
  silentLogger,
  trustCheck,
} from '@spark-perf/core';
import { allowListCheck } from './allow-list.js';
import type { KeyGenerator } from './key-generator.js';
import type { RateLimiterOptions, StoreErrorMode } from './options.js';
import { RATE_LIMITER_DEFAULTS } from './options.js';
import type { RateLimitPolicy, WindowPolicy } from './policy.js';
import { windowPolicy } from './policy.js';
import type { HeaderStyle } from './rate-limit-headers.js';
import { HEADER_STYLES } from './rate-limit-headers.js';
import { MapWindowStore } from './stores/map-window-store.js';
import type { TableFull } from './stores/memory-window-store.js';
import { MemoryWindowStore } from './stores/memory-window-store.js';
import type { SyncWindowStore, WindowStore } from './window-store.js';

export interface ResolvedRateLimiterOptions<C extends Context> {
  /** The policies, or how they follow from a request. */
  readonly policies: readonly WindowPolicy[] | ((ctx: C) => readonly [number, Milliseconds]);
  readonly precision: Milliseconds;
  readonly countRejected: boolean;
  readonly skipSuccessfulRequests: boolean;
  readonly skipFailedRequests: boolean;
  readonly skip: ((ctx: C) => boolean | Promise<boolean>) | undefined;
  readonly isAllowListed: ((key: string) => boolean) | undefined;
  readonly store: WindowStore;
  /** Makes the store that stands in for one that is out of reach. */
  readonly localStore: () => SyncWindowStore;
  readonly onStoreError: StoreErrorMode;
  readonly storeTimeout: Milliseconds;
  readonly instances: number;
  readonly ipv6Subnet: number;
  readonly trust: TrustCheck | undefined;
  readonly headers: readonly HeaderStyle[];
  readonly concurrency: number;
  readonly cost: number | ((ctx: C) => number | Promise<number>);
  readonly keyGenerator: KeyGenerator<C> | undefined;
  readonly onLimit: RateLimiterOptions<C>['onLimit'];
  readonly dryRun: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

const KNOWN = [
  ...Object.keys(RATE_LIMITER_DEFAULTS),
  ...['policies', 'skip', 'allowList', 'store', 'trustProxy', 'concurrency', 'keyGenerator', 'onLimit'],
  ...['logger', 'clock', 'random'],
];

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveOptions<C extends Context>(
  raw?: RateLimiterOptions<C>,
): ResolvedRateLimiterOptions<C> {
  const options = optionsObject<RateLimiterOptions<C>>('options', raw, KNOWN);
  const defaults = RATE_LIMITER_DEFAULTS;
  const clock = clockOption(options.clock);
  const memory = {
    maxKeys: integerOption('maxKeys', options.maxKeys, defaults.maxKeys, { min: 64 }),
    maxMemory: integerOption('maxMemory', options.maxMemory, defaults.maxMemory, { min: 65_536 }),
    onTableFull: enumOption<TableFull>('onTableFull', options.onTableFull, 'sketch', [
      'sketch',
      'deny',
      'allow',
    ]),
    clock,
  };
  const cleanupInterval = numberOption('cleanupInterval', options.cleanupInterval, 60_000, { min: 10 });
  const precision = numberOption('precision', options.precision, defaults.precision, { min: 1 });
  return {
    policies: policiesOption(options, precision),
    precision,
    countRejected: booleanOption('countRejected', options.countRejected, false),
    skipSuccessfulRequests: booleanOption('skipSuccessfulRequests', options.skipSuccessfulRequests, false),
    skipFailedRequests: booleanOption('skipFailedRequests', options.skipFailedRequests, false),
    skip: functionOption('skip', options.skip, undefined),
    isAllowListed: allowListCheck(options.allowList),
    onStoreError: enumOption<StoreErrorMode>('onStoreError', options.onStoreError, 'local', [
      'local',
      'open',
      'closed',
    ]),
    storeTimeout: numberOption('storeTimeout', options.storeTimeout, defaults.storeTimeout, { min: 1 }),
    instances: integerOption('instances', options.instances, 1, { min: 1 }),
    ipv6Subnet: integerOption('ipv6Subnet', options.ipv6Subnet, defaults.ipv6Subnet, { min: 32, max: 128 }),
    trust: options.trustProxy === undefined ? undefined : trustCheck(options.trustProxy),
    headers: headersOption(options.headers),
    concurrency: integerOption('concurrency', options.concurrency, 0, { min: 1, max: 2 ** 31 - 1 }),
    cost:
      typeof options.cost === 'function' ? options.cost : integerOption('cost', options.cost, defaults.cost),
    keyGenerator: functionOption('keyGenerator', options.keyGenerator, undefined),
    onLimit: functionOption('onLimit', options.onLimit, undefined),
    dryRun: booleanOption('dryRun', options.dryRun, false),
    logger: options.logger ?? silentLogger,
    clock,
    random: randomOption(options.random),
    localStore: () => new MemoryWindowStore(memory),
    // Last: it may start a timer, which nobody would stop if another option were refused.
    store: storeOption(options.store, memory, cleanupInterval),
  };
}

function policiesOption<C extends Context>(
  options: Partial<RateLimiterOptions<C>>,
  precision: Milliseconds,
): ResolvedRateLimiterOptions<C>['policies'] {
  const { policies, maxRequests = 100, windowSize = 60_000 } = options;
  if (policies !== undefined) {
    if (options.maxRequests !== undefined || options.windowSize !== undefined)
      throw new InvalidOptionError('policies', 'given without `maxRequests` and `windowSize`', policies);
    if (!Array.isArray(policies) || policies.length < 1 || policies.length > 16)
      throw new InvalidOptionError('policies', 'a list of 1 to 16 policies', policies);
    const resolved = policies.map((policy: RateLimitPolicy) => windowPolicy(policy, precision));
    if (new Set(resolved.map(({ name }) => name)).size < resolved.length)
      throw new InvalidOptionError('policies', 'a list of policies with distinct names', policies);
    return resolved;
  }
  if (typeof maxRequests === 'function' || typeof windowSize === 'function') {
    return (ctx) => [
      typeof maxRequests === 'function' ? maxRequests(ctx) : maxRequests,
      typeof windowSize === 'function' ? windowSize(ctx) : windowSize,
    ];
  }
  return [windowPolicy({ name: 'default', maxRequests, windowSize, precision })];
}

function headersOption(value: RateLimiterOptions['headers']): readonly HeaderStyle[] {
  if (value === false) return [];
  const styles: readonly HeaderStyle[] = Array.isArray(value)
    ? (value as HeaderStyle[])
    : [value as HeaderStyle];
  return [
    ...new Set(styles.map((style) => enumOption<HeaderStyle>('headers', style, 'legacy', HEADER_STYLES))),
  ];
}

function storeOption(
  value: RateLimiterOptions['store'],
  memory: ConstructorParameters<typeof MemoryWindowStore>[0] & { maxKeys: number; clock: Clock },
  cleanupInterval: Milliseconds,
): WindowStore {
  if (value === undefined || value === 'memory') return new MemoryWindowStore(memory);
  if (value === 'map')
    return new MapWindowStore({ maxKeys: memory.maxKeys, clock: memory.clock, cleanupInterval });
  if (
    typeof value !== 'object' ||
    typeof value?.open !== 'function' ||
    typeof value.synchronous !== 'boolean'
  )
    throw new InvalidOptionError('store', 'a WindowStore, "memory" or "map"', value);
  return value;
}
