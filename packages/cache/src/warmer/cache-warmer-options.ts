import type { Clock, Logger, Milliseconds, Random, Ratio } from '@spark-perf/core';
import type { FetchContext } from '../entry-options.js';

/** What is kept warm: one key, or those that `keyGenerator` gives. */
export interface WarmPattern {
  /** @default none: give a `keyGenerator` */
  readonly key?: string | undefined;
  /** Asked at each run. @default none: give a `key` */
  readonly keyGenerator?:
    (() => Iterable<string> | AsyncIterable<string> | PromiseLike<Iterable<string>>) | undefined;
  /** Makes the value of a key. */
  readonly fetcher: (key: string, context: FetchContext) => unknown;
  /** As of `SetOptions`. @default each level's own */
  readonly ttl?: Milliseconds | undefined;
  /** As of `SetOptions`. @default [] */
  readonly tags?: readonly string[] | undefined;
  /** As of `SetOptions`. @default the cache's `grace` */
  readonly grace?: Milliseconds | undefined;
}

/** Options of `CacheWarmer`. All durations are milliseconds. */
export interface CacheWarmerOptions {
  /** Between the start of two runs; a run that takes longer delays the next one. At least 10. @default 300_000 */
  readonly warmupInterval?: Milliseconds | undefined;
  /** Fetches at a time, over all patterns; at least 1. @default 5 */
  readonly concurrency?: number | undefined;
  /** Whether keys that are fresh are left alone. @default true */
  readonly skipFresh?: boolean | undefined;
  /** Share of `warmupInterval` by which chance delays the first run, so that a fleet does not start in step. @default 0.1 */
  readonly startJitter?: Ratio | undefined;
  /** Whether of a fleet only one instance warms; needs Redis. @default false */
  readonly leader?: boolean | undefined;
  /** Delay of the event loop from which on no new fetch is started until it falls; at least 1, or `Infinity`. @default Infinity */
  readonly maxEventLoopDelay?: Milliseconds | undefined;
  /** Longest wait for a `keyGenerator`, and between two of its keys; at least 1, or `Infinity`. @default 30_000 */
  readonly keysTimeout?: Milliseconds | undefined;
  /** Where failures go. @default silent */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Source of chance. @default systemRandom */
  readonly random?: Random | undefined;
}

/** The defaults of `CacheWarmerOptions`. */
export const CACHE_WARMER_DEFAULTS = Object.freeze({
  warmupInterval: 300_000,
  concurrency: 5,
  skipFresh: true,
  startJitter: 0.1,
  leader: false,
  maxEventLoopDelay: Infinity,
  keysTimeout: 30_000,
});
