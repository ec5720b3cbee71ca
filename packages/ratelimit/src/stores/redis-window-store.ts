import type { Clock, Milliseconds } from '@spark-perf/core';
import {
  clockOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  stringOption,
} from '@spark-perf/core';
import type { RedisClient } from '@spark-perf/core/redis';
import { GatheredWrites } from '@spark-perf/core/redis';
import type { AsyncWindows, AsyncWindowStore, WindowSpec } from '../window-store.js';
import { DenyCache } from './deny-cache.js';
import { RedisWindows } from './redis-windows.js';

export interface RedisWindowStoreOptions {
  /** Before every key. Limiters that count different things need different ones. @default 'ratelimit:' */
  readonly prefix?: string | undefined;
  /** After this a concurrency slot that was never given back is free again; at least 1,000. @default 60_000 */
  readonly leaseTTL?: Milliseconds | undefined;
  /** Refused keys remembered in this process, about 300 bytes each; 0 = none. @default 10_000 */
  readonly denyCacheSize?: number | undefined;
  /** Source of time for the remembered refusals; windows go by Redis's. @default systemClock */
  readonly clock?: Clock | undefined;
}

const KNOWN = ['prefix', 'leaseTTL', 'denyCacheSize', 'clock'];

/**
 * Counts in Redis, for a fleet: one `EVALSHA` per decision over all policies and slots, by Redis's clock, on one key with
 * a TTL. Takes an ioredis `Redis` or `Cluster`, which stays the caller's.
 */
export class RedisWindowStore implements AsyncWindowStore {
  readonly synchronous = false;
  readonly #client: RedisClient;
  readonly #writes: GatheredWrites;
  readonly #prefix: string;
  readonly #leaseTTL: Milliseconds;
  readonly #clock: Clock;
  readonly #denials: DenyCache;

  /** @throws InvalidOptionError */
  constructor(client: RedisClient, raw?: RedisWindowStoreOptions) {
    const options = optionsObject('options', raw, KNOWN);
    if (typeof client?.evalsha !== 'function')
      throw new InvalidOptionError('client', 'an ioredis Redis or Cluster', client);
    this.#client = client;
    this.#writes = new GatheredWrites(client);
    this.#clock = clockOption(options.clock);
    this.#prefix = stringOption('prefix', options.prefix, 'ratelimit:');
    this.#leaseTTL = numberOption('leaseTTL', options.leaseTTL, 60_000, { min: 1_000 });
    const size = integerOption('denyCacheSize', options.denyCacheSize, 10_000);
    this.#denials = new DenyCache(this.#clock, size);
  }

  open(spec: WindowSpec): AsyncWindows {
    return new RedisWindows(spec, {
      client: this.#client,
      writes: this.#writes,
      prefix: this.#prefix,
      leaseTTL: Math.ceil(this.#leaseTTL),
      denials: this.#denials,
      clock: this.#clock,
    });
  }

  /** Forgets the remembered refusals. The client is not touched. */
  close(): void {
    this.#denials.clear();
  }
}
