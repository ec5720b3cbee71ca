import type { Bytes, Clock, Context, Logger, Milliseconds, TrustCheck } from '@spark-perf/core';
import {
  clockOption,
  enumOption,
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  silentLogger,
  stringOption,
  trustCheck,
} from '@spark-perf/core';
import type { OrphanPolicy } from './dedupe-state.js';
import type { DedupeStore } from './dedupe-store.js';
import type { RequestDeduplicatorOptions, StoreErrorPolicies, StoreErrorPolicy } from './options.js';
import { REQUEST_DEDUPLICATOR_DEFAULTS as DEFAULTS } from './options.js';
import type { HeaderFilter } from './replayed-headers.js';
import { defaultHeaderFilter } from './replayed-headers.js';
import type { ScopeFunction } from './scope.js';

export interface ResolvedOptions {
  readonly ttl: Milliseconds;
  readonly isDeduplicated: (method: string) => boolean;
  readonly scope: ScopeFunction | undefined;
  readonly fingerprint: RequestDeduplicatorOptions['fingerprint'];
  readonly idempotency: 'optional' | 'required' | false;
  readonly retention: Milliseconds;
  readonly lease: Milliseconds;
  readonly inFlight: 'wait' | 'conflict';
  readonly waitTimeout: Milliseconds;
  readonly onOrphan: { readonly keyed: OrphanPolicy; readonly implicit: OrphanPolicy };
  readonly onLeaderError: 'share' | 'promote';
  readonly replayErrors: 'validation' | 'all';
  readonly maxBody: Bytes;
  readonly bodyTimeout: Milliseconds;
  readonly maxReplay: Bytes;
  readonly maxEntries: number;
  readonly maxMemory: Bytes;
  readonly store: DedupeStore | undefined;
  readonly storeTimeout: Milliseconds;
  readonly onStoreError: { readonly keyed: StoreErrorPolicy; readonly implicit: StoreErrorPolicy };
  readonly secret: string | undefined;
  readonly trust: TrustCheck | undefined;
  readonly headers: HeaderFilter;
  readonly skip: ((ctx: Context) => boolean | Promise<boolean>) | undefined;
  readonly describedBy: string;
  readonly logger: Logger;
  readonly clock: Clock;
}

const KNOWN = [
  ...Object.keys(DEFAULTS),
  ...['methods', 'scope', 'fingerprint', 'onOrphan', 'store', 'secret', 'trustProxy', 'headers', 'skip'],
  ...['logger', 'clock'],
];

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveOptions(raw?: RequestDeduplicatorOptions): ResolvedOptions {
  const o = optionsObject('options', raw, KNOWN);
  // Whole milliseconds: Redis takes no others.
  const duration = (
    name: 'ttl' | 'retention' | 'lease' | 'waitTimeout' | 'storeTimeout' | 'bodyTimeout',
    min: number,
  ) => Math.ceil(numberOption(name, o[name], DEFAULTS[name], { min }));
  const size = (name: 'maxBody' | 'maxReplay' | 'maxMemory', min = 0) =>
    numberOption(name, o[name], DEFAULTS[name], { min });
  const orphan = (fallback: OrphanPolicy) =>
    enumOption('onOrphan', o.onOrphan, fallback, ['reject', 'rerun']);
  return {
    ttl: duration('ttl', 0),
    isDeduplicated: methodTest(o.methods),
    scope: functionOption('scope', o.scope, undefined),
    fingerprint: functionOption('fingerprint', o.fingerprint, undefined),
    idempotency: enumOption('idempotency', o.idempotency, DEFAULTS.idempotency, [
      'optional',
      'required',
      false,
    ]),
    retention: duration('retention', 1),
    lease: duration('lease', 10),
    inFlight: enumOption('inFlight', o.inFlight, DEFAULTS.inFlight, ['wait', 'conflict']),
    waitTimeout: duration('waitTimeout', 1),
    onOrphan: { keyed: orphan('reject'), implicit: orphan('rerun') },
    onLeaderError: enumOption('onLeaderError', o.onLeaderError, DEFAULTS.onLeaderError, ['share', 'promote']),
    replayErrors: enumOption('replayErrors', o.replayErrors, DEFAULTS.replayErrors, ['validation', 'all']),
    maxBody: size('maxBody'),
    bodyTimeout: duration('bodyTimeout', 1),
    maxReplay: size('maxReplay'),
    maxEntries: integerOption('maxEntries', o.maxEntries, DEFAULTS.maxEntries, { min: 1 }),
    maxMemory: size('maxMemory', 1),
    store: storeOption(o.store),
    storeTimeout: duration('storeTimeout', 1),
    onStoreError: storeErrorPolicies(o.onStoreError),
    secret: stringOption('secret', o.secret, undefined),
    trust: o.trustProxy === undefined ? undefined : trustCheck(o.trustProxy),
    headers: headerFilter(o.headers),
    skip: functionOption('skip', o.skip, undefined),
    describedBy: stringOption('describedBy', o.describedBy, DEFAULTS.describedBy),
    logger: o.logger ?? silentLogger,
    clock: clockOption(o.clock),
  };
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

function methodTest(methods: unknown): (method: string) => boolean {
  if (methods === undefined) return (method) => !SAFE.has(method);
  if (!Array.isArray(methods) || methods.some((method) => typeof method !== 'string' || method === '')) {
    throw new InvalidOptionError('methods', 'a list of method names', methods);
  }
  const wanted = new Set(methods.map((method: string) => method.toUpperCase()));
  return (method) => wanted.has(method);
}

function headerFilter(headers: RequestDeduplicatorOptions['headers']): HeaderFilter {
  if (headers === undefined) return defaultHeaderFilter;
  if (typeof headers === 'function') return headers;
  if (!Array.isArray(headers))
    throw new InvalidOptionError('headers', 'a list of names or a function', headers);
  const names = new Set((headers as readonly unknown[]).map((name) => String(name).toLowerCase()));
  return (name) => names.has(name);
}

function storeOption(store: DedupeStore | undefined): DedupeStore | undefined {
  if (store !== undefined && typeof store?.claim !== 'function')
    throw new InvalidOptionError('store', 'a DedupeStore', store);
  return store;
}

function storeErrorPolicies(value: StoreErrorPolicies | undefined): ResolvedOptions['onStoreError'] {
  const given = optionsObject('onStoreError', value, ['keyed', 'implicit']);
  const policies = ['closed', 'local', 'open'] as const;
  return {
    keyed: enumOption('onStoreError.keyed', given.keyed, DEFAULTS.onStoreError.keyed, policies),
    implicit: enumOption('onStoreError.implicit', given.implicit, DEFAULTS.onStoreError.implicit, policies),
  };
}
