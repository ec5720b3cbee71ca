import { admitValue } from './admit-value.js';
import type { CacheCore } from './cache-core.js';
import type { Fetcher, GetOrSetOptions, SetOptions } from './entry-options.js';
import { getOrSetOptions, setOptions } from './entry-options.js';
import { CacheClosedError } from './errors.js';
import { fetchValue } from './flights/fetch-value.js';
import type { KeepPolicy } from './keep-policy.js';
import type { KeySpace } from './keys/key-space.js';
import { lookUp } from './look-up.js';
import type { LookupResult } from './lookup-result.js';
import { readMany } from './read-many.js';

/** One value of `setMany`. */
export interface CacheEntry extends SetOptions {
  readonly key: string;
  readonly value: unknown;
}

/** A namespace of a cache, or the whole of it. */
export class CacheSpace {
  /** @internal */
  protected readonly core: CacheCore;
  readonly #space: KeySpace;

  /** @internal */
  constructor(core: CacheCore, space: KeySpace) {
    this.core = core;
    this.#space = space;
  }

  /** The fresh value in the first level, at once; `undefined` for a miss. */
  peek<T = unknown>(key: string): T | undefined {
    const hot = this.core.first.fresh(this.#space.key(key));
    if (hot === undefined) return undefined;
    this.core.first.hits++;
    return (hot.meta.extra?.mutable === true ? this.core.isolation.handOut(hot.value, true) : hot.value) as T;
  }

  /** The fresh value, or `null`. @throws InvalidKeyError */
  get<T = unknown>(key: string): Promise<T | null> {
    const full = this.#space.key(key);
    const hot = this.core.first.fresh(full);
    if (hot === undefined) return this.#getFar<T>(full);
    this.core.first.hits++;
    return Promise.resolve(
      (hot.meta.extra?.mutable === true ? this.core.isolation.handOut(hot.value, true) : hot.value) as T,
    );
  }

  /** The value and what is known of it, within its grace too. @throws InvalidKeyError */
  async lookup<T = unknown>(key: string): Promise<LookupResult<T>> {
    return lookUp<T>(this.core, this.#space, this.#space.key(key));
  }

  /** The fresh values, in key order; `null` for a miss. One round trip to Redis. @throws InvalidKeyError */
  async getMany<T = unknown>(keys: readonly string[]): Promise<(T | null)[]> {
    const full = keys.map((key) => this.#space.key(key));
    return readMany(this.core, this.#space, full) as Promise<(T | null)[]>;
  }

  /**
   * Keeps a value in all levels. In this process it holds at once, elsewhere when the promise has resolved.
   * @throws InvalidKeyError, InvalidOptionError, UnserializableError, CacheClosedError
   */
  async set(key: string, value: unknown, options?: number | SetOptions): Promise<void> {
    this.#assertOpen();
    const given = setOptions(options);
    await this.core.set(this.#space.key(key), admitValue(this.core, value), this.#policy(given));
  }

  /** Keeps several values. @throws as `set`, before anything is kept. */
  async setMany(entries: readonly CacheEntry[]): Promise<void> {
    this.#assertOpen();
    const prepared = entries.map(({ key, value, ...options }) => {
      const policy = this.#policy(setOptions(options));
      return [this.#space.key(key), admitValue(this.core, value), policy] as const;
    });
    await Promise.all(prepared.map(([key, copied, policy]) => this.core.set(key, copied, policy)));
  }

  /**
   * The value; where there is none, what `fetcher` gives, which is kept. Callers at the same time share one fetch.
   * @throws what the fetcher throws, FetchTimeoutError, the signal's reason, or as `set`.
   */
  getOrSet<T>(key: string, fetcher: Fetcher<T>, options?: number | GetOrSetOptions): Promise<T> {
    const full = this.#space.key(key);
    const hot = this.core.first.fresh(full);
    if (hot !== undefined) {
      this.core.first.hits++;
      return Promise.resolve(
        (hot.meta.extra?.mutable === true ? this.core.isolation.handOut(hot.value, true) : hot.value) as T,
      );
    }
    return this.#fetch(key, full, fetcher, options, false);
  }

  /** Fetches even where there is a fresh value, and keeps the result; shares the flight of whoever fetches already. */
  refresh<T>(key: string, fetcher: Fetcher<T>, options?: number | GetOrSetOptions): Promise<T> {
    return this.#fetch(key, this.#space.key(key), fetcher, options, true);
  }

  /** Deletes one key or several, in all levels. @throws InvalidKeyError, CacheClosedError */
  async invalidate(keys: string | readonly string[]): Promise<void> {
    this.#assertOpen();
    const list = typeof keys === 'string' ? [keys] : keys;
    const full = list.map((key) => this.#space.key(key));
    if (this.core.events.has('invalidate')) this.core.events.emit('invalidate', { keys: list, tags: [] });
    await this.core.invalidate(full);
  }

  /** Invalidates whatever has one of the tags: one write. @throws InvalidKeyError, CacheClosedError */
  async invalidateTags(tags: readonly string[]): Promise<void> {
    this.#assertOpen();
    if (tags.length === 0) return;
    const full = tags.map((tag) => this.#space.tag(tag));
    if (this.core.events.has('invalidate')) this.core.events.emit('invalidate', { keys: [], tags });
    await this.core.invalidateTags(full);
  }

  /** Invalidates everything in this namespace and those within it: one write. @throws CacheClosedError */
  async clear(): Promise<void> {
    this.#assertOpen();
    await this.core.invalidateTags([this.#space.epoch]);
  }

  /** A part with keys and tags of its own, which `clear()` of this one clears too. @throws InvalidKeyError */
  namespace(name: string): CacheSpace {
    return new CacheSpace(this.core, this.#space.child(name));
  }

  /**
   * Whether this process holds the lease on `name`, taken or renewed now for `lease` ms. Without Redis, or while it is
   * down, everybody leads.
   * @internal
   */
  async lead(name: string, lease: number): Promise<boolean> {
    const { outer, origin } = this.core;
    if (outer.shared?.level.scripted !== true) return true;
    const { gate, level } = outer.shared;
    const key = this.#space.key(`~lead:${name}`);
    try {
      if (await gate.run(() => level.renew(key, origin, lease))) return true;
      return (await gate.run(() => level.claim(key, origin, lease))).acquired;
    } catch {
      return true;
    }
  }

  /**
   * Gives the lease on `name` back, should this process hold it. Never rejects.
   * @internal
   */
  async resign(name: string): Promise<void> {
    const { outer, origin } = this.core;
    if (outer.shared?.level.scripted !== true) return;
    const { gate, level } = outer.shared;
    // Where it can't be given back it runs out.
    await gate.run(() => level.surrender(this.#space.key(`~lead:${name}`), origin)).catch(() => {});
  }

  #fetch<T>(
    name: string,
    key: string,
    fetcher: Fetcher<T>,
    options: number | GetOrSetOptions | undefined,
    force: boolean,
  ): Promise<T> {
    let given: GetOrSetOptions;
    let policy: KeepPolicy;
    try {
      this.#assertOpen();
      given = getOrSetOptions(options);
      policy = this.#policy(given);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    const { hardTimeout, negativeTTL, softTimeout, distributedLock } = this.core.options;
    const plan = {
      ...policy,
      ...{ space: this.#space, name, key, fetcher, force },
      hardTimeout: given.hardTimeout ?? hardTimeout,
      negativeTTL: given.negativeTTL ?? negativeTTL,
      distributed: given.distributedLock ?? distributedLock,
    };
    return fetchValue(this.core, plan, given.softTimeout ?? softTimeout, given.signal) as Promise<T>;
  }

  async #getFar<T>(full: string): Promise<T | null> {
    const found = await lookUp<T>(this.core, this.#space, full);
    return found.hit && !found.stale ? found.value : null;
  }

  #policy({ ttl = Infinity, tags, grace, size }: SetOptions): KeepPolicy {
    const { epochs } = this.#space;
    const all =
      tags === undefined || tags.length === 0
        ? epochs
        : [...epochs, ...tags.map((tag) => this.#space.tag(tag))];
    return { ttl, tags: all, grace: grace ?? this.core.options.grace, size };
  }

  #assertOpen(): void {
    if (this.core.closed) throw new CacheClosedError();
  }
}
