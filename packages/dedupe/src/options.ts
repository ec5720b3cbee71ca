import type { Bytes, Clock, Context, Logger, Milliseconds, TrustProxy } from '@spark-perf/core';
import type { OrphanPolicy } from './dedupe-state.js';
import type { DedupeStore } from './dedupe-store.js';
import type { ScopeFunction } from './scope.js';

/** What a request gets while the store is down: 503; deduplication within this process; or none. */
export type StoreErrorPolicy = 'closed' | 'local' | 'open';

/** Options of `RequestDeduplicator`. All durations are milliseconds, all sizes bytes. */
export interface RequestDeduplicatorOptions {
  /**
   * How long a request without a key gets the result of an identical one that succeeded; at least 0. `0`: only
   * requests under way at the same time share one.
   * @default 60_000
   */
  readonly ttl?: Milliseconds | undefined;
  /** The methods that are deduplicated. @default every method but GET, HEAD, OPTIONS and TRACE */
  readonly methods?: readonly string[] | undefined;
  /**
   * Who is asking: a non-empty string, a number or a bigint, or a promise of one. Requests of different scopes never
   * meet. `undefined` and `null` leave it to the default.
   * @default `ctx.user.id`, else a hash of `Authorization` and `Cookie`, else the client's address
   */
  readonly scope?: ScopeFunction | undefined;
  /**
   * What the request says, where the body's bytes are not the whole of it. `undefined` leaves it to the default.
   * @default SHA-256 of the body's bytes, or of its RFC 8785 form for JSON
   */
  readonly fingerprint?: ((ctx: Context) => string | undefined | Promise<string | undefined>) | undefined;
  /** Whether `Idempotency-Key` is honoured, and whether it must be there. @default 'optional' */
  readonly idempotency?: 'optional' | 'required' | false | undefined;
  /** How long the result of a keyed request is replayed; at least 1. @default 86_400_000 (24 h) */
  readonly retention?: Milliseconds | undefined;
  /** How long a claim holds without a heartbeat, which comes at a third of it; at least 10. @default 30_000 */
  readonly lease?: Milliseconds | undefined;
  /** What a keyed request does that meets itself under way; others always wait. @default 'conflict' (409) */
  readonly inFlight?: 'wait' | 'conflict' | undefined;
  /** Longest wait for a request under way; then 503 with `Retry-After`, keyed 409. At least 1. @default 10_000 */
  readonly waitTimeout?: Milliseconds | undefined;
  /**
   * What becomes of a request whose owner vanished: refused with 409 for `retention`, or run again.
   * @default 'reject' for keyed requests, 'rerun' for others
   */
  readonly onOrphan?: OrphanPolicy | undefined;
  /** What followers of a request that failed get: the same, or one of them runs. @default 'share' */
  readonly onLeaderError?: 'share' | 'promote' | undefined;
  /** Which errors are replayed to keyed requests: 400, 413, 415 and 422 only, or all that are final. @default 'validation' */
  readonly replayErrors?: 'validation' | 'all' | undefined;
  /** Longest request body that is looked at; a longer one is not deduplicated. At least 0. @default 1_048_576 (1 MiB) */
  readonly maxBody?: Bytes | undefined;
  /** Longest wait for a request's body; after it the request is not deduplicated. At least 1. @default 30_000 */
  readonly bodyTimeout?: Milliseconds | undefined;
  /** Longest response that is kept. Of a longer one only the fact is. At least 0. @default 262_144 (256 KiB) */
  readonly maxReplay?: Bytes | undefined;
  /** Finished requests kept in memory; at least 1. @default 10_000 */
  readonly maxEntries?: number | undefined;
  /** Bytes of finished requests kept in memory; at least 1. @default 67_108_864 (64 MiB) */
  readonly maxMemory?: Bytes | undefined;
  /** Where claims and results live. @default in this process */
  readonly store?: DedupeStore | undefined;
  /** Longest wait for the store; at least 1. @default 50 */
  readonly storeTimeout?: Milliseconds | undefined;
  /** What requests get while the store is down. @default { keyed: 'closed', implicit: 'local' } */
  readonly onStoreError?: StoreErrorPolicies | undefined;
  /** Keys the hash of credentials; a fleet shares it. @default none: plain SHA-256 */
  readonly secret?: string | undefined;
  /** Proxies that may say who the client is, see `trustCheck` of core. @default none: the host's own `ip` */
  readonly trustProxy?: TrustProxy | undefined;
  /**
   * Which response fields are replayed: names, or a function of a name in lower case. Hop-by-hop fields never are.
   * @default all but `Date`, `Set-Cookie` and those of rate limiters
   */
  readonly headers?: readonly string[] | ((name: string) => boolean) | undefined;
  /** Requests that go on without deduplication. @default none */
  readonly skip?: ((ctx: Context) => boolean | Promise<boolean>) | undefined;
  /** The page that errors about keys link to. @default the section "Errors" of this package's README */
  readonly describedBy?: string | undefined;
  /** Where warnings go. @default silent */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

export interface StoreErrorPolicies {
  /** Of requests with an `Idempotency-Key`. @default 'closed' */
  readonly keyed?: StoreErrorPolicy | undefined;
  /** Of the others. @default 'local' */
  readonly implicit?: StoreErrorPolicy | undefined;
}

/** The defaults of `RequestDeduplicatorOptions`. */
export const REQUEST_DEDUPLICATOR_DEFAULTS = Object.freeze({
  ttl: 60_000,
  idempotency: 'optional',
  retention: 24 * 3_600_000,
  lease: 30_000,
  inFlight: 'conflict',
  waitTimeout: 10_000,
  onLeaderError: 'share',
  replayErrors: 'validation',
  maxBody: 1024 * 1024,
  bodyTimeout: 30_000,
  maxReplay: 256 * 1024,
  maxEntries: 10_000,
  maxMemory: 64 * 1024 * 1024,
  storeTimeout: 50,
  onStoreError: Object.freeze({ keyed: 'closed', implicit: 'local' }),
  describedBy: 'https://github.com/spark-perf/spark-perf/blob/main/packages/dedupe/README.md#errors',
} as const);
