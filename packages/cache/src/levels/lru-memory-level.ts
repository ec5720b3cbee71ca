import type { Bytes, Clock, Milliseconds } from '@spark-perf/core';
import { systemClock } from '@spark-perf/core';
import { LRUCache } from 'lru-cache';
import { CoarseClock } from './coarse-clock.js';
import type { MemoryLevel } from './memory-level.js';

export interface LruMemoryLevelOptions {
  readonly maxSize: number;
  /** `Infinity`: not bounded by bytes. */
  readonly maxBytes: Bytes;
  readonly clock: Clock;
  readonly onEvict?: (() => void) | undefined;
}

/** Least recently used entries leave first. Time comes from our clock; there is no timer per entry. */
export class LruMemoryLevel<V extends object> implements MemoryLevel<V> {
  readonly #options: LruMemoryLevelOptions;
  readonly #perf: CoarseClock;
  #cache: LRUCache<string, V>;
  /** The defaults; one object for all calls, which is what a call without any would make. */
  readonly #getting: LRUCache.GetOptions<string, V, unknown> = {
    ...{ allowStale: false, updateAgeOnGet: false, noDeleteOnStaleGet: false },
  };

  constructor(options: LruMemoryLevelOptions) {
    this.#options = options;
    this.#perf = new CoarseClock(options.clock);
    this.#cache = this.#create();
  }

  get size(): number {
    return this.#cache.size;
  }

  get bytes(): Bytes {
    return this.#cache.calculatedSize;
  }

  get(key: string): V | undefined {
    const value = this.#cache.get(key, this.#getting);
    // lru-cache leaves one there for whoever listens to its diagnostics channel.
    if (this.#getting.status !== undefined) delete this.#getting.status;
    return value;
  }

  peek(key: string): V | undefined {
    return this.#cache.peek(key);
  }

  set(key: string, value: V, ttl: Milliseconds, bytes: Bytes): void {
    if (!(ttl > 0)) {
      this.#cache.delete(key);
      return;
    }
    // lru-cache takes only positive sizes.
    if (this.#options.maxBytes === Infinity) this.#cache.set(key, value, { ttl });
    else this.#cache.set(key, value, { ttl, size: Math.max(1, Math.ceil(bytes)) });
  }

  delete(key: string): void {
    this.#cache.delete(key);
  }

  clear(): void {
    this.#cache = this.#create();
  }

  age(key: string): Milliseconds {
    const status: LRUCache.Status<string, V> = {};
    this.#cache.get(key, { status });
    return status.ttl === undefined ? 0 : Math.max(0, status.ttl - (status.remainingTTL ?? status.ttl));
  }

  #create(): LRUCache<string, V> {
    const { maxSize, maxBytes, clock, onEvict } = this.#options;
    return new LRUCache<string, V>({
      max: maxSize,
      ...(maxBytes === Infinity ? {} : { maxSize: maxBytes }),
      ttl: 1,
      ttlAutopurge: false,
      updateAgeOnGet: false,
      allowStale: false,
      noDeleteOnStaleGet: false,
      // Of the system's clock lru-cache keeps the reading for a millisecond by itself, faster than through a function.
      ...(clock === systemClock ? { ttlResolution: 1 } : { ttlResolution: 0, perf: this.#perf }),
      ...(onEvict === undefined ? {} : { dispose: (_v, _k, reason) => reason === 'evict' && onEvict() }),
    });
  }
}
