import type { Bytes, Clock, Milliseconds, Timer } from '@spark-perf/core';
import { clockOption, every, integerOption, numberOption, optionsObject } from '@spark-perf/core';
import type { DedupeState, OwnerToken } from '../dedupe-state.js';
import type { ClaimRequest, ClaimResult, DedupeStore, SettleRequest } from '../dedupe-store.js';
import { outcomeSize } from '../outcome.js';
import { ChangeBell } from './change-bell.js';

export interface MemoryDedupeStoreOptions {
  /** Finished requests that are kept, at least 1. The least recently used leave first. @default 10_000 */
  readonly maxEntries?: number | undefined;
  /** Bytes of finished requests that are kept. @default 67_108_864 (64 MiB) */
  readonly maxMemory?: Bytes | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** Defaults of `MemoryDedupeStoreOptions`. */
export const MEMORY_DEDUPE_STORE_DEFAULTS = Object.freeze({
  maxEntries: 10_000,
  maxMemory: 64 * 1024 * 1024,
});

const SWEEP_INTERVAL: Milliseconds = 10_000;
/** A state without a response: its digest, token and objects. */
const BARE_SIZE: Bytes = 400;

/** In this process. A claim, a settlement and a replay are O(1); one timer sweeps what has expired. */
export class MemoryDedupeStore implements DedupeStore {
  readonly #maxEntries: number;
  readonly #maxMemory: Bytes;
  readonly #clock: Clock;
  readonly #bell: ChangeBell;
  // As many as requests are under way: never evicted.
  readonly #claims = new Map<string, DedupeState & { kind: 'claimed' }>();
  // In the order of their use.
  readonly #done = new Map<string, Exclude<DedupeState, { kind: 'claimed' }>>();
  #bytes: Bytes = 0;
  #sweeper: Timer | undefined;

  /** @throws InvalidOptionError */
  constructor(raw?: MemoryDedupeStoreOptions) {
    const options = optionsObject('options', raw, ['maxEntries', 'maxMemory', 'clock']);
    const defaults = MEMORY_DEDUPE_STORE_DEFAULTS;
    this.#maxEntries = integerOption('maxEntries', options.maxEntries, defaults.maxEntries, { min: 1 });
    this.#maxMemory = numberOption('maxMemory', options.maxMemory, defaults.maxMemory, { min: 1 });
    this.#clock = clockOption(options.clock);
    this.#bell = new ChangeBell(this.#clock);
    this.#sweeper = every(this.#clock, SWEEP_INTERVAL, () => this.#sweep());
  }

  claim(id: string, request: ClaimRequest): Promise<ClaimResult> {
    return Promise.resolve(this.#claim(id, request));
  }

  #claim(id: string, request: ClaimRequest): ClaimResult {
    const now = this.#clock.now();
    const state = this.#claims.get(id) ?? this.#done.get(id);
    if (state === undefined || isGone(state, now, request.following))
      return this.#take(id, request, now, false);
    if (state.fingerprint !== request.fingerprint) return { kind: 'mismatch' };
    switch (state.kind) {
      case 'claimed': {
        const leaseRemaining = state.leaseUntil - now;
        if (leaseRemaining > 0) return { kind: 'inFlight', owner: state.token, leaseRemaining };
        if (state.onOrphan === 'rerun') return this.#take(id, request, now, true);
        this.#claims.delete(id);
        this.#keep(id, { kind: 'unknown', fingerprint: state.fingerprint, until: now + state.retention });
        this.#bell.ring(id);
        return { kind: 'unknown', orphaned: true };
      }
      case 'completed':
      case 'failed':
        this.#touch(id, state);
        return { kind: 'settled', outcome: state.outcome };
      case 'unknown':
        return { kind: 'unknown', orphaned: false };
    }
  }

  async renew(id: string, token: OwnerToken, lease: Milliseconds): Promise<boolean> {
    const claim = this.#owned(id, token);
    if (claim === undefined) return false;
    this.#claims.set(id, { ...claim, leaseUntil: this.#clock.now() + lease });
    return true;
  }

  async settle(id: string, token: OwnerToken, request: SettleRequest): Promise<boolean> {
    const claim = this.#owned(id, token);
    if (claim === undefined) return false;
    const now = this.#clock.now();
    const { outcome, retention, shareFor } = request;
    this.#claims.delete(id);
    this.#keep(id, {
      kind: retention > 0 ? 'completed' : 'failed',
      token,
      fingerprint: claim.fingerprint,
      outcome,
      visibleUntil: now + retention,
      sharedUntil: now + Math.max(retention, shareFor),
    });
    this.#bell.ring(id);
    return true;
  }

  async release(id: string, token: OwnerToken): Promise<boolean> {
    if (this.#owned(id, token) === undefined) return false;
    this.#claims.delete(id);
    this.#bell.ring(id);
    return true;
  }

  wait(id: string, options: { timeout: Milliseconds; signal: AbortSignal }): Promise<void> {
    return this.#bell.wait(id, options.timeout, options.signal);
  }

  size(): { entries: number; bytes: number } {
    return {
      entries: this.#claims.size + this.#done.size,
      bytes: this.#bytes + this.#claims.size * BARE_SIZE,
    };
  }

  async close(): Promise<void> {
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
    this.#bell.ringAll();
  }

  #take(id: string, request: ClaimRequest, now: Milliseconds, orphaned: boolean): ClaimResult {
    this.#drop(id);
    const { token, fingerprint, lease, onOrphan, retention } = request;
    this.#claims.set(id, {
      kind: 'claimed',
      token,
      fingerprint,
      leaseUntil: now + lease,
      onOrphan,
      retention,
    });
    return { kind: 'claimed', orphaned };
  }

  #owned(id: string, token: OwnerToken): (DedupeState & { kind: 'claimed' }) | undefined {
    const claim = this.#claims.get(id);
    return claim?.token === token ? claim : undefined;
  }

  #keep(id: string, state: Exclude<DedupeState, { kind: 'claimed' }>): void {
    this.#drop(id);
    this.#done.set(id, state);
    this.#bytes += sizeOf(state);
    if (this.#done.size > this.#maxEntries || this.#bytes > this.#maxMemory) this.#evict();
  }

  #evict(): void {
    for (const oldest of this.#done.keys()) {
      this.#drop(oldest);
      if (this.#done.size <= this.#maxEntries && this.#bytes <= this.#maxMemory) return;
    }
  }

  #touch(id: string, state: Exclude<DedupeState, { kind: 'claimed' }>): void {
    this.#done.delete(id);
    this.#done.set(id, state);
  }

  #drop(id: string): void {
    const state = this.#done.get(id);
    if (state === undefined) return;
    this.#done.delete(id);
    this.#bytes -= sizeOf(state);
  }

  /** A claim whose owner vanished stays until somebody asks, or until nobody could be told anything any more. */
  #sweep(): void {
    const now = this.#clock.now();
    for (const [id, state] of this.#done) {
      const until = state.kind === 'unknown' ? state.until : state.sharedUntil;
      if (until <= now) this.#drop(id);
    }
    for (const [id, claim] of this.#claims) {
      const until = claim.leaseUntil + (claim.onOrphan === 'reject' ? claim.retention : 0);
      if (until <= now) this.#claims.delete(id);
    }
  }
}

/** Whether the state says nothing (any more) to whoever asks. */
function isGone(state: DedupeState, now: Milliseconds, following: OwnerToken | undefined): boolean {
  switch (state.kind) {
    case 'claimed':
      return false;
    case 'unknown':
      return state.until <= now;
    default:
      return (state.token === following ? state.sharedUntil : state.visibleUntil) <= now;
  }
}

function sizeOf(state: Exclude<DedupeState, { kind: 'claimed' }>): Bytes {
  return state.kind === 'unknown' ? BARE_SIZE : BARE_SIZE + outcomeSize(state.outcome);
}
