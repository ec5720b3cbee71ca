import type { Milliseconds } from '@spark-perf/core';
import { admitValue } from '../admit-value.js';
import type { CacheCore } from '../cache-core.js';
import type { Capture } from '../capture.js';
import { countMisses } from '../count-misses.js';
import { FetchTimeoutError } from '../errors.js';
import type { LeaseClaim } from '../levels/shared-level.js';
import type { Found } from '../read-path.js';
import { FetchControl } from './fetch-control.js';
import type { FlightPlan } from './flight-plan.js';
import { Lease } from './lease.js';

/** What a flight brought. `value` is as it is kept: hand it out by the rules of isolation. */
export interface Landing {
  readonly value: unknown;
  readonly mutable: boolean;
}

/** What can be given out while the flight is under way. */
export interface StaleValue extends Landing {
  readonly tags: readonly string[];
}

/** One look-up and fetch of a key, shared by all who ask for it meanwhile. */
export class Flight {
  readonly landed: Promise<Landing>;
  readonly capture: Capture;
  readonly #core: CacheCore;
  readonly #plan: FlightPlan;
  readonly #abort = new AbortController();
  #stale: StaleValue | undefined;
  /** Whether the stale value, if any, is in the first level. */
  readonly #staleIsNear: boolean;
  /** Resolves when a stale value is known, or the flight has landed. */
  readonly staleKnown: Promise<void>;
  #tellStale!: () => void;

  constructor(core: CacheCore, plan: FlightPlan, capture: Capture, stale: StaleValue | undefined) {
    this.#core = core;
    this.#plan = plan;
    this.capture = capture;
    this.#stale = stale;
    this.#staleIsNear = stale !== undefined;
    this.staleKnown = new Promise((resolve) => (this.#tellStale = resolve));
    if (stale !== undefined) this.#tellStale();
    this.landed = this.#fly();
    // Every caller handles its own copy of the rejection; a flight whose callers have all left has none.
    this.landed.catch(() => {});
  }

  /** Whether a caller that comes now may join. */
  get current(): boolean {
    return this.capture.current(this.#plan.tags);
  }

  /** The stale value, unless it has been invalidated since. */
  get stale(): StaleValue | undefined {
    const stale = this.#stale;
    // An entry of the first level does not list the root's epoch; the capture does.
    return stale !== undefined && this.capture.current() && this.capture.current(stale.tags)
      ? stale
      : undefined;
  }

  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  async #fly(): Promise<Landing> {
    const { key, force } = this.#plan;
    try {
      const found = await this.#core.reads.read(this.capture);
      countMisses(this.#core, this.capture, found);
      if (found?.stale === false && !force) return this.#promote(found);
      if (found !== undefined && !force) this.#keepStale(found);
      return await this.#fetchOnce();
    } finally {
      this.#tellStale();
      this.#core.flights.landed(key, this);
      this.capture.release();
    }
  }

  async #fetchOnce(): Promise<Landing> {
    const { shared } = this.#core.outer;
    if (!this.#plan.distributed || shared?.level.scripted !== true) return this.#fetch(undefined);
    let found: Found | undefined;
    const lease = await Lease.acquire(this.#core.leaseOptions(shared, this.#plan.key), async (claim) => {
      found = await this.#look(claim);
      return found?.stale === false && !this.#plan.force;
    });
    if (lease === undefined && found?.stale === false) return this.#promote(found);
    try {
      return await this.#fetch(lease?.token);
    } finally {
      // Not waited for: the callers have what they came for.
      void lease?.release();
    }
  }

  /** The entry that came with a claim, and the versions as they are after it: from here on the fetch begins. */
  async #look({ text }: LeaseClaim): Promise<Found | undefined> {
    const { outer, reads } = this.#core;
    const { shared } = outer;
    if (shared === undefined) return undefined;
    const { epochs } = this.capture;
    const versions = await shared.gate.ask(() => shared.level.versions(epochs));
    const stored = reads.note(this.capture, text, versions);
    const [found] = await reads.judge([stored], epochs, versions);
    return found;
  }

  #keepStale({ entry }: Found): void {
    this.#stale ??= { ...this.#core.isolation.admit(entry.value), tags: entry.tags };
    this.#tellStale();
  }

  #promote(found: Found): Landing {
    return this.#core.promote(this.capture, found);
  }

  async #fetch(token: string | undefined): Promise<Landing> {
    const { clock, events } = this.#core;
    const { space, name, fetcher, tags } = this.#plan;
    const stale = this.stale;
    const staleValue = stale === undefined ? undefined : this.#core.handOut(stale);
    const control = new FetchControl(name, this.#abort.signal, staleValue, space);
    const start = clock.now();
    let value: unknown;
    try {
      value = await this.#withDeadline(async () => fetcher(control));
    } catch (error) {
      const duration = clock.now() - start;
      events.emit('fetch', { key: name, duration, kept: false, error });
      this.#core.counters.fetchErrors++;
      // Where Redis alone has a stale value, the next caller must find it there.
      const memorable = this.stale === undefined || this.#staleIsNear;
      if (this.#plan.negativeTTL > 0 && memorable)
        this.#core.remember(this.capture, { kind: 'error', error }, this.#plan);
      throw error;
    }
    this.#core.counters.fetches++;
    const kept = await this.#keep(
      value,
      control,
      control.tags.length > 0 ? [...tags, ...control.tags] : tags,
      token,
    );
    events.emit('fetch', { key: name, duration: clock.now() - start, kept: kept.kept });
    return kept.landing;
  }

  async #keep(
    value: unknown,
    control: FetchControl,
    tags: readonly string[],
    token: string | undefined,
  ): Promise<{ readonly landing: Landing; readonly kept: boolean }> {
    const { negativeTTL, ttl, grace, size } = this.#plan;
    if (control.skipped) return { landing: { value, mutable: false }, kept: false };
    if (negativeTTL > 0 && (value === null || value === undefined)) {
      this.#core.remember(this.capture, { kind: 'nothing', value }, this.#plan);
      return { landing: { value, mutable: false }, kept: false };
    }
    const copied = admitValue(this.#core, value);
    const policy = { ttl: control.ttl ?? ttl, grace: control.grace ?? grace, tags, size };
    const kept = await this.#core.commit(this.capture, copied, policy, token);
    return { landing: copied, kept };
  }

  #withDeadline<T>(run: () => Promise<T>): Promise<T> {
    const { hardTimeout: timeout, name } = this.#plan;
    return new Promise<T>((resolve, reject) => {
      const { signal } = this.#abort;
      const timer =
        timeout === Infinity
          ? undefined
          : this.#core.clock.setTimeout(
              () => this.abort(new FetchTimeoutError(name, timeout)),
              timeout as Milliseconds,
              {
                ref: true,
              },
            );
      // A fetcher that heeds no signal must not keep the process alive after close().
      const onAbort = (): void => {
        timer?.cancel();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      run()
        .then(resolve, reject)
        .finally(() => {
          timer?.cancel();
          signal.removeEventListener('abort', onAbort);
        })
        .catch(() => {});
    });
  }
}
