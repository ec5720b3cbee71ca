import type {
  EventSource,
  Listener,
  MetricFamily,
  MetricSource,
  Milliseconds,
  Timer,
  Unsubscribe,
} from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  Emitter,
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  randomOption,
  ratioOption,
  Semaphore,
  silentLogger,
} from '@spark-perf/core';
import type { CacheSpace } from '../cache-space.js';
import type { CacheWarmerOptions, WarmPattern } from './cache-warmer-options.js';
import { CACHE_WARMER_DEFAULTS as defaults } from './cache-warmer-options.js';
import { WarmRun } from './warm-run.js';

export interface PatternStats {
  readonly warmed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly lastError: string | null;
}

export interface CacheWarmerStats {
  readonly warmed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Wall time of the end of the last run. */
  readonly lastRun: Milliseconds | null;
  readonly running: boolean;
  /** Whether this instance is the one that warms. */
  readonly leading: boolean;
  readonly patterns: readonly PatternStats[];
}

export interface CacheWarmerEvents {
  /** A key was warmed, left alone or failed. */
  progress: {
    readonly key: string;
    readonly outcome: 'warmed' | 'skipped' | 'failed';
    readonly done: number;
  };
  /** A run is over. */
  run: {
    readonly warmed: number;
    readonly failed: number;
    readonly skipped: number;
    readonly duration: Milliseconds;
  };
}

/** Fetches what will be asked for before it is asked for. Runs never overlap; what fails is counted, and the rest goes on. */
export class CacheWarmer implements EventSource<CacheWarmerEvents>, MetricSource {
  /** The guide's figures. */
  readonly stats: { warmed: number; failed: number; lastRun: Milliseconds | null } = {
    warmed: 0,
    failed: 0,
    lastRun: null,
  };
  readonly #cache: CacheSpace;
  readonly #options;
  readonly #events = new Emitter<CacheWarmerEvents>();
  readonly #permits: Semaphore;
  readonly #patterns: { readonly pattern: WarmPattern; stats: PatternStats }[] = [];
  #stop = new AbortController();
  #timer: Timer | undefined;
  #run: Promise<void> | undefined;
  #started = false;
  #skipped = 0;
  #leading = false;

  /** @throws InvalidOptionError */
  constructor(cache: CacheSpace, raw?: CacheWarmerOptions) {
    const known = [...Object.keys(defaults), 'logger', 'clock', 'random'];
    const options = optionsObject<CacheWarmerOptions>('options', raw, known);
    this.#cache = cache;
    this.#options = {
      warmupInterval: numberOption('warmupInterval', options.warmupInterval, defaults.warmupInterval, {
        min: 10,
      }),
      concurrency: integerOption('concurrency', options.concurrency, defaults.concurrency, { min: 1 }),
      skipFresh: booleanOption('skipFresh', options.skipFresh, defaults.skipFresh),
      startJitter: ratioOption('startJitter', options.startJitter, defaults.startJitter),
      leader: booleanOption('leader', options.leader, defaults.leader),
      maxEventLoopDelay: numberOption('maxEventLoopDelay', options.maxEventLoopDelay, Infinity, {
        min: 1,
        infinity: true,
      }),
      keysTimeout: numberOption('keysTimeout', options.keysTimeout, defaults.keysTimeout, {
        min: 1,
        infinity: true,
      }),
      logger: options.logger ?? silentLogger,
      clock: clockOption(options.clock),
      random: randomOption(options.random),
    };
    this.#permits = new Semaphore(this.#options.concurrency, { clock: this.#options.clock });
  }

  on<K extends keyof CacheWarmerEvents>(event: K, listener: Listener<CacheWarmerEvents[K]>): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** @throws InvalidOptionError for a pattern without a fetcher, or without a key or a key generator. */
  addPattern(pattern: WarmPattern): this {
    if (functionOption('fetcher', pattern.fetcher, undefined) === undefined)
      throw new InvalidOptionError('fetcher', 'a function', undefined);
    functionOption('keyGenerator', pattern.keyGenerator, undefined);
    if ((typeof pattern.key === 'string') === (pattern.keyGenerator !== undefined))
      throw new InvalidOptionError('key', 'a string, or left out for a keyGenerator', pattern.key);
    this.#patterns.push({ pattern, stats: { warmed: 0, failed: 0, skipped: 0, lastError: null } });
    return this;
  }

  /** Warms soon, and then at every interval, until `stop`. Idempotent. */
  start(): this {
    if (this.#started) return this;
    this.#started = true;
    this.#stop = new AbortController();
    const { startJitter, warmupInterval, random } = this.#options;
    this.#schedule(startJitter * warmupInterval * random());
    return this;
  }

  /** Warms now. While a run is under way, that one. Never rejects. */
  warmCache(): Promise<void> {
    return (this.#run ??= this.#warm().finally(() => (this.#run = undefined)));
  }

  /** Starts nothing more, waits for what is under way, and lets another instance lead. Idempotent. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#timer?.cancel();
    this.#stop.abort(new Error('The warmer was stopped'));
    await this.#run;
    if (!this.#options.leader || !this.#leading) return;
    this.#leading = false;
    await this.#cache.resign('warmer');
  }

  close(): Promise<void> {
    return this.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  getStats(): CacheWarmerStats {
    const patterns = this.#patterns.map(({ stats }) => stats);
    return {
      ...this.stats,
      skipped: this.#skipped,
      running: this.#run !== undefined,
      leading: this.#leading,
      patterns,
    };
  }

  collect(): MetricFamily[] {
    const sample = (outcome: string, value: number) => ({ labels: { outcome }, value });
    const { warmed, failed } = this.stats;
    return [
      {
        name: 'spark_cache_warmer_keys',
        type: 'counter',
        help: 'Keys by outcome.',
        samples: [sample('warmed', warmed), sample('failed', failed), sample('skipped', this.#skipped)],
      },
    ];
  }

  #schedule(ms: Milliseconds): void {
    this.#timer = this.#options.clock.setTimeout(() => {
      const { clock, warmupInterval } = this.#options;
      const start = clock.now();
      void this.warmCache().then(() => {
        if (this.#started) this.#schedule(Math.max(0, start + warmupInterval - clock.now()));
      });
    }, ms);
  }

  async #warm(): Promise<void> {
    const { clock, leader, warmupInterval } = this.#options;
    if (this.#stop.signal.aborted && !this.#started) this.#stop = new AbortController();
    if (leader) {
      this.#leading = await this.#cache.lead('warmer', warmupInterval * 2);
      if (!this.#leading) return;
    }
    const start = clock.now();
    const run = new WarmRun(this.#cache, this.#options, this.#permits, this.#stop.signal, this.#events);
    await Promise.all(
      this.#patterns.map(async (entry) => {
        entry.stats = add(entry.stats, await run.warm(entry.pattern));
      }),
    );
    this.stats.warmed += run.warmed;
    this.stats.failed += run.failed;
    this.#skipped += run.skipped;
    this.stats.lastRun = clock.wallNow();
    const { warmed, failed, skipped } = run;
    this.#events.emit('run', { warmed, failed, skipped, duration: clock.now() - start });
  }
}

function add(before: PatternStats, run: PatternStats): PatternStats {
  return {
    warmed: before.warmed + run.warmed,
    failed: before.failed + run.failed,
    skipped: before.skipped + run.skipped,
    lastError: run.lastError ?? before.lastError,
  };
}
