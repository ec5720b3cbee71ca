import type {
  EventSource,
  Listener,
  MetricFamily,
  MetricSource,
  Middleware,
  Unsubscribe,
} from '@spark-perf/core';
import { CacheCore } from './cache-core.js';
import { CacheSpace } from './cache-space.js';
import type { CacheStats } from './cache-stats.js';
import { cacheStats, collectCacheMetrics } from './cache-stats.js';
import { CacheClosedError } from './errors.js';
import type { CacheEvents } from './events.js';
import { HttpCache } from './http/http-cache.js';
import type { HttpCacheOptions } from './http/http-cache-options.js';
import { KeySpace } from './keys/key-space.js';
import type { MultiLevelCacheOptions } from './options.js';
import { resolveCacheOptions } from './resolve-options.js';

/**
 * A cache in up to three levels: this process, Redis, a database. After a write has resolved nobody gets what was
 * there before; concurrent fetches of a key are one; a level that is down costs nobody an error.
 */
export class MultiLevelCache extends CacheSpace implements EventSource<CacheEvents>, MetricSource {
  #closing: Promise<void> | undefined;

  /** @throws InvalidOptionError */
  constructor(options?: MultiLevelCacheOptions) {
    super(new CacheCore(resolveCacheOptions(options)), KeySpace.root);
  }

  on<K extends keyof CacheEvents>(event: K, listener: Listener<CacheEvents[K]>): Unsubscribe {
    return this.core.events.on(event, listener);
  }

  /**
   * A shared HTTP cache by RFC 9111 over this cache; may be mounted more than once.
   * @throws InvalidOptionError
   */
  middleware(options?: HttpCacheOptions): Middleware {
    return new HttpCache(this.core, KeySpace.root.child('http'), options).handle;
  }

  getStats(): CacheStats {
    return cacheStats(this.core);
  }

  collect(): MetricFamily[] {
    return collectCacheMetrics(this.core);
  }

  /**
   * Ends it: fetches under way are aborted and their callers rejected, writes under way are waited for (each no longer
   * than `levelTimeout`), our subscription is closed. Your clients stay open. Idempotent.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const { core } = this;
    core.closed = true;
    core.flights.abortAll(new CacheClosedError());
    await core.writes.writer.drain();
    core.fleet.close();
    core.outer.close();
    core.first.clear();
  }
}
