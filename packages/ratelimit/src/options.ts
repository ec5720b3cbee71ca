import type { Bytes, Clock, Context, Logger, Milliseconds, Random, TrustProxy } from '@spark-perf/core';
import type { RateLimitDecision } from './decision.js';
import type { KeyGenerator } from './key-generator.js';
import type { RateLimitPolicy } from './policy.js';
import type { HeaderStyle } from './rate-limit-headers.js';
import type { TableFull } from './stores/memory-window-store.js';
import type { WindowStore } from './window-store.js';

/** What decides while the store is out of reach. */
export type StoreErrorMode = 'local' | 'open' | 'closed';

/** Options of `SlidingWindowRateLimiter`. All durations are milliseconds. */
export interface RateLimiterOptions<C extends Context = Context> {
  /**
   * Units admitted in any window; an integer from 0 to 2^31 − 1, or a function of the request (per-plan limits, at most
   * 16 distinct plans, each with counters of its own). Up to 32 the window is exact to the millisecond.
   * @default 100
   */
  readonly maxRequests?: number | ((ctx: C) => number) | undefined;
  /** Length of the window; whole, from 1 to 2^40, or a function of the request. @default 60_000 */
  readonly windowSize?: Milliseconds | ((ctx: C) => Milliseconds) | undefined;
  /**
   * Width of a bucket: how much longer than the window a unit may count. Rounded so that 10 to 120 buckets make the
   * window.
   * @default 1_000
   */
  readonly precision?: Milliseconds | undefined;
  /** Several windows at once, decided together, instead of `maxRequests` and `windowSize`; 1 to 16. @default one */
  readonly policies?: readonly RateLimitPolicy[] | undefined;
  /** How often the map store drops keys that have run out; at least 10. Others need no cleaning. @default 60_000 */
  readonly cleanupInterval?: Milliseconds | undefined;
  /** Keys the table in memory has places for; from 64. @default 1_048_576 */
  readonly maxKeys?: number | undefined;
  /**
   * What table and sketch in memory may take; from 64 KiB. Each plan has its first 64 places in any case.
   * @default 67_108_864 (64 MiB)
   */
  readonly maxMemory?: Bytes | undefined;
  /** What happens to a key that finds no place in the table. See `MemoryWindowStore`. @default 'sketch' */
  readonly onTableFull?: TableFull | undefined;
  /** Whether refused calls count too: then who keeps hammering stays out. @default false */
  readonly countRejected?: boolean | undefined;
  /** Gives back what a request cost when its response has a status below 400. @default false */
  readonly skipSuccessfulRequests?: boolean | undefined;
  /** Gives back what a request cost when its response has a status from 400 or was aborted. @default false */
  readonly skipFailedRequests?: boolean | undefined;
  /** Whether the limiter leaves a request alone. @default never */
  readonly skip?: ((ctx: C) => boolean | Promise<boolean>) | undefined;
  /** Keys, addresses and CIDR networks that are never limited; at most 1,000. @default [] */
  readonly allowList?: readonly string[] | undefined;
  /** Where windows are counted: a store, or `'map'` for the readable one. @default a MemoryWindowStore */
  readonly store?: WindowStore | 'memory' | 'map' | undefined;
  /**
   * What decides while the store is out of reach: the limiter in memory (`local`), everybody passes (`open`), nobody
   * does (`closed`).
   * @default 'local'
   */
  readonly onStoreError?: StoreErrorMode | undefined;
  /** Longest wait for an asynchronous store; at least 1. @default 50 */
  readonly storeTimeout?: Milliseconds | undefined;
  /** Processes that share the store: `local` allows each its part; from 1. @default 1 */
  readonly instances?: number | undefined;
  /** How many leading bits of an IPv6 address make a client; from 32 to 128. @default 56 */
  readonly ipv6Subnet?: number | undefined;
  /** Which proxies in front may say who the client is: a hop count, networks, or a function. @default the host's `ip` */
  readonly trustProxy?: TrustProxy | undefined;
  /** The header fields to send: one style, several, or none. @default 'legacy' */
  readonly headers?: HeaderStyle | readonly HeaderStyle[] | false | undefined;
  /** Requests in flight per key; from 1. @default unlimited */
  readonly concurrency?: number | undefined;
  /** What a request costs: an integer from 0; 0 passes and only looks. @default 1 */
  readonly cost?: number | ((ctx: C) => number | Promise<number>) | undefined;
  /** What to count by. @default the client's address */
  readonly keyGenerator?: KeyGenerator<C> | undefined;
  /** Called for each refusal, before the answer; it may answer itself. @default nothing */
  readonly onLimit?: ((ctx: C, decision: RateLimitDecision) => unknown) | undefined;
  /** Counts, sends fields and events, and lets everybody pass. @default false */
  readonly dryRun?: boolean | undefined;
  /** Gets warnings. @default silent */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Source of chance for the pause between two looks at a lost store. @default systemRandom */
  readonly random?: Random | undefined;
}

/** The defaults of `RateLimiterOptions`. */
export const RATE_LIMITER_DEFAULTS = Object.freeze({
  maxRequests: 100,
  windowSize: 60_000,
  precision: 1_000,
  cleanupInterval: 60_000,
  maxKeys: 2 ** 20,
  maxMemory: 64 * 2 ** 20,
  onTableFull: 'sketch',
  countRejected: false,
  skipSuccessfulRequests: false,
  skipFailedRequests: false,
  onStoreError: 'local',
  storeTimeout: 50,
  instances: 1,
  ipv6Subnet: 56,
  headers: 'legacy',
  cost: 1,
  dryRun: false,
});
