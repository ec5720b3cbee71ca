import type { Bytes, Milliseconds } from '@spark-perf/core';
import { InvalidOptionError, numberOption } from '@spark-perf/core';

/** How one value is kept. All durations are milliseconds. */
export interface SetOptions {
  /** Time to live, capped by each level's own; at least 0 (0: not kept), or `Infinity`. @default each level's own */
  readonly ttl?: Milliseconds | undefined;
  /** What can invalidate it besides its key. @default [] */
  readonly tags?: readonly string[] | undefined;
  /** How long after `ttl` it may still be given out while somebody refreshes it. @default the cache's `grace` */
  readonly grace?: Milliseconds | undefined;
  /** What it counts against `l1MaxBytes`. @default an estimate */
  readonly size?: Bytes | undefined;
}

/** How `getOrSet` fetches and keeps. */
export interface GetOrSetOptions extends SetOptions {
  /** How long to wait for the fetcher when there is a stale value to give out. @default the cache's `softTimeout` */
  readonly softTimeout?: Milliseconds | undefined;
  /** Longest time for the fetcher; then its signal aborts and callers get an error or the stale value. @default the cache's `hardTimeout` */
  readonly hardTimeout?: Milliseconds | undefined;
  /** How long an error, `null` or `undefined` is remembered, in this process only. @default the cache's `negativeTTL` */
  readonly negativeTTL?: Milliseconds | undefined;
  /** Ends this caller's wait, not the fetch. @default none */
  readonly signal?: AbortSignal | undefined;
  /** Whether the fleet fetches one at a time. @default the cache's `distributedLock` */
  readonly distributedLock?: boolean | undefined;
}

/** What a fetcher is given. */
export interface FetchContext {
  readonly key: string;
  /** Aborts at `hardTimeout` and when the cache is closed. */
  readonly signal: AbortSignal;
  /** The value that is stale now, where there is one. */
  readonly stale: unknown;
  /** Decides by the result how long it lives. */
  setTTL(ttl: Milliseconds): void;
  setGrace(grace: Milliseconds): void;
  /** Adds tags that only the result tells. */
  addTags(...tags: string[]): void;
  /** The result goes to the callers and is not kept. */
  skip(): void;
}

export type Fetcher<T> = (context: FetchContext) => T | PromiseLike<T>;

/** Checks what `set` was given. @throws InvalidOptionError */
export function setOptions(raw: number | SetOptions | undefined): SetOptions {
  if (raw === undefined) return {};
  const options = typeof raw === 'number' ? { ttl: raw } : raw;
  if (typeof options !== 'object' || options === null)
    throw new InvalidOptionError('options', 'a number or an object', raw);
  numberOption('ttl', options.ttl, 0, { infinity: true });
  numberOption('grace', options.grace, 0);
  numberOption('size', options.size, 0);
  if (options.tags !== undefined && !Array.isArray(options.tags))
    throw new InvalidOptionError('tags', 'an array of strings', options.tags);
  return options;
}

/** Checks what `getOrSet` was given. @throws InvalidOptionError */
export function getOrSetOptions(raw: number | GetOrSetOptions | undefined): GetOrSetOptions {
  const options: GetOrSetOptions = setOptions(raw);
  numberOption('softTimeout', options.softTimeout, 0, { infinity: true });
  numberOption('hardTimeout', options.hardTimeout, 1, { min: 1, infinity: true });
  numberOption('negativeTTL', options.negativeTTL, 0);
  return options;
}
