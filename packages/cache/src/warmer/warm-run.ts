import type { Clock, Emitter, Logger, Milliseconds, Semaphore } from '@spark-perf/core';
import { printable } from '@spark-perf/core';
import type { CacheSpace } from '../cache-space.js';
import type { CacheWarmerEvents, PatternStats } from './cache-warmer.js';
import type { WarmPattern } from './cache-warmer-options.js';
import { eventLoopBrake } from './event-loop-brake.js';
import { warmKeys } from './warm-keys.js';

export interface WarmRunOptions {
  readonly skipFresh: boolean;
  readonly maxEventLoopDelay: Milliseconds;
  readonly keysTimeout: Milliseconds;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** One round over all patterns. */
export class WarmRun {
  warmed = 0;
  failed = 0;
  skipped = 0;

  constructor(
    readonly cache: CacheSpace,
    readonly options: WarmRunOptions,
    readonly permits: Semaphore,
    readonly signal: AbortSignal,
    readonly events: Emitter<CacheWarmerEvents>,
  ) {}

  /** Warms the keys of one pattern. Never rejects. Of the keys no more are held than may be fetched at a time. */
  async warm(pattern: WarmPattern): Promise<PatternStats> {
    const stats = { warmed: 0, failed: 0, skipped: 0, lastError: null as string | null };
    const fail = (key: string, error: unknown): void => {
      stats.failed++;
      this.failed++;
      stats.lastError = error instanceof Error ? error.message : String(error);
      this.options.logger.warn(`Failed to warm ${printable(key)}: ${printable(stats.lastError)}`);
    };
    const pending = new Set<Promise<void>>();
    try {
      for await (const key of warmKeys(pattern, { ...this.options, signal: this.signal })) {
        if (this.signal.aborted) break;
        const release = await this.permits.acquire({ signal: this.signal });
        const one = this.#warmKey(key, pattern)
          .then(
            (outcome) => {
              stats[outcome]++;
              this[outcome]++;
              this.#progress(key, outcome);
            },
            (error: unknown) => {
              fail(key, error);
              this.#progress(key, 'failed');
            },
          )
          .finally(() => {
            release();
            pending.delete(one);
          });
        pending.add(one);
      }
    } catch (error) {
      if (!this.signal.aborted) fail(pattern.key ?? 'the keys of a pattern', error);
    }
    await Promise.all(pending);
    return stats;
  }

  async #warmKey(key: string, pattern: WarmPattern): Promise<'warmed' | 'skipped'> {
    const { skipFresh, maxEventLoopDelay, clock } = this.options;
    await eventLoopBrake(clock, maxEventLoopDelay, this.signal);
    const { ttl, tags, grace, fetcher } = pattern;
    const options = { ttl, tags, grace, softTimeout: Infinity };
    if (!skipFresh) {
      await this.cache.refresh(key, (context) => fetcher(key, context), options);
      return 'warmed';
    }
    // The same flight as readers share; whether the fetcher ran tells whether the key was fresh.
    let fetched = false;
    await this.cache.getOrSet(
      key,
      (context) => {
        fetched = true;
        return fetcher(key, context);
      },
      options,
    );
    return fetched ? 'warmed' : 'skipped';
  }

  #progress(key: string, outcome: 'warmed' | 'skipped' | 'failed'): void {
    if (this.events.has('progress'))
      this.events.emit('progress', { key, outcome, done: this.warmed + this.failed + this.skipped });
  }
}
