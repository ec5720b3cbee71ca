import type { Bytes, Clock, Milliseconds, QueueNode, Timer } from '@spark-perf/core';
import { every, LinkedQueue } from '@spark-perf/core';
import type { DedupeState, OwnerToken } from '../dedupe-state.js';
import type { ClaimRequest, ClaimResult, SettleRequest } from '../dedupe-store.js';
import { outcomeSize } from '../outcome.js';
import { ChangeBell } from './change-bell.js';
import type { PackedOutcome } from './packed-outcome.js';
import { packOutcome, unpackOutcome } from './packed-outcome.js';

export interface MemoryClaimsOptions {
  readonly maxEntries: number;
  readonly maxMemory: Bytes;
  readonly clock: Clock;
}

const SWEEP_INTERVAL: Milliseconds = 10_000;
/** A state without a response: its digest, token and objects. */
const BARE_SIZE: Bytes = 400;

interface Entry {
  readonly id: string;
  state: DedupeState<PackedOutcome>;
  size: Bytes;
  /** Among the finished ones, by use; none while it is claimed. */
  place: QueueNode<Entry> | undefined;
}

/**
 * What `MemoryDedupeStore` keeps, without promises: a request that meets nobody is claimed and settled within the turn
 * of the event loop that it runs in.
 */
export class MemoryClaims {
  readonly #maxEntries: number;
  readonly #maxMemory: Bytes;
  readonly #clock: Clock;
  readonly #bell: ChangeBell;
  readonly #entries = new Map<string, Entry>();
  // Least recently used first. Claims are not in it: as many as requests are under way, and never evicted. A list of
  // its own, since a Map that loses its oldest entries steps over their holes whenever it is asked for the next one.
  readonly #finished = new LinkedQueue<Entry>();
  #bytes: Bytes = 0;
  #sweeper: Timer | undefined;

  constructor({ maxEntries, maxMemory, clock }: MemoryClaimsOptions) {
    this.#maxEntries = maxEntries;
    this.#maxMemory = maxMemory;
    this.#clock = clock;
    this.#bell = new ChangeBell(clock);
    this.#sweeper = every(clock, SWEEP_INTERVAL, () => this.#sweep());
  }

  claim(id: string, request: ClaimRequest): ClaimResult {
    const now = this.#clock.now();
    const entry = this.#entries.get(id);
    if (entry === undefined || isGone(entry.state, now, request.following))
      return this.#take(id, entry, request, now, false);
    const { state } = entry;
    if (state.fingerprint !== request.fingerprint) return MISMATCH;
    switch (state.kind) {
      case 'claimed': {
        const leaseRemaining = state.leaseUntil - now;
        if (leaseRemaining > 0) return { kind: 'inFlight', owner: state.token, leaseRemaining };
        if (state.onOrphan === 'rerun') return this.#take(id, entry, request, now, true);
        const { fingerprint, retention } = state;
        this.#finish(entry, { kind: 'unknown', fingerprint, until: now + retention }, BARE_SIZE);
        return { kind: 'unknown', orphaned: true };
      }
      case 'completed':
      case 'failed':
        this.#touch(entry);
        return { kind: 'settled', outcome: unpackOutcome(state.outcome) };
      case 'unknown':
        return { kind: 'unknown', orphaned: false };
    }
  }

  renew(id: string, token: OwnerToken, lease: Milliseconds): boolean {
    const entry = this.#owned(id, token);
    if (entry?.state.kind !== 'claimed') return false;
    entry.state = { ...entry.state, leaseUntil: this.#clock.now() + lease };
    return true;
  }

  settle(id: string, token: OwnerToken, request: SettleRequest): boolean {
    const entry = this.#owned(id, token);
    if (entry === undefined) return false;
    const now = this.#clock.now();
    const { outcome, retention, shareFor } = request;
    const state: DedupeState<PackedOutcome> = {
      kind: retention > 0 ? 'completed' : 'failed',
      token,
      fingerprint: entry.state.fingerprint,
      outcome: packOutcome(outcome),
      // Whole numbers: V8 makes an object of every other one.
      visibleUntil: Math.floor(now + retention),
      sharedUntil: Math.floor(now + Math.max(retention, shareFor)),
    };
    this.#finish(entry, state, BARE_SIZE + outcomeSize(outcome));
    return true;
  }

  release(id: string, token: OwnerToken): boolean {
    const entry = this.#owned(id, token);
    if (entry === undefined) return false;
    this.#drop(entry);
    this.#bell.ring(id);
    return true;
  }

  wait(id: string, options: { timeout: Milliseconds; signal: AbortSignal }): Promise<void> {
    return this.#bell.wait(id, options.timeout, options.signal);
  }

  size(): { entries: number; bytes: number } {
    return { entries: this.#entries.size, bytes: this.#bytes };
  }

  close(): void {
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
    this.#bell.ringAll();
  }

  #take(
    id: string,
    last: Entry | undefined,
    request: ClaimRequest,
    now: Milliseconds,
    orphaned: boolean,
  ): ClaimResult {
    if (last !== undefined) this.#drop(last);
    const { token, fingerprint, lease, onOrphan, retention } = request;
    const state: DedupeState<PackedOutcome> = {
      kind: 'claimed',
      token,
      fingerprint,
      leaseUntil: now + lease,
      onOrphan,
      retention,
    };
    this.#entries.set(id, { id, state, size: BARE_SIZE, place: undefined });
    this.#bytes += BARE_SIZE;
    return orphaned ? TAKEN_OVER : TAKEN;
  }

  #owned(id: string, token: OwnerToken): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry?.state.kind === 'claimed' && entry.state.token === token ? entry : undefined;
  }

  #finish(entry: Entry, state: DedupeState<PackedOutcome>, size: Bytes): void {
    this.#bytes += size - entry.size;
    entry.state = state;
    entry.size = size;
    entry.place = this.#finished.push(entry);
    this.#bell.ring(entry.id);
    while (this.#finished.size > this.#maxEntries || this.#finishedBytes() > this.#maxMemory) {
      this.#drop(this.#finished.peek()!);
    }
  }

  #finishedBytes(): Bytes {
    return this.#bytes - (this.#entries.size - this.#finished.size) * BARE_SIZE;
  }

  #touch(entry: Entry): void {
    if (entry.place !== undefined) this.#finished.remove(entry.place);
    entry.place = this.#finished.push(entry);
  }

  #drop(entry: Entry): void {
    if (entry.place !== undefined) this.#finished.remove(entry.place);
    this.#entries.delete(entry.id);
    this.#bytes -= entry.size;
  }

  /** A claim whose owner vanished stays until somebody asks, or until nobody could be told anything any more. */
  #sweep(): void {
    const now = this.#clock.now();
    for (const entry of this.#entries.values()) if (endOf(entry.state) <= now) this.#drop(entry);
  }
}

const TAKEN: ClaimResult = Object.freeze({ kind: 'claimed', orphaned: false });
const TAKEN_OVER: ClaimResult = Object.freeze({ kind: 'claimed', orphaned: true });
const MISMATCH: ClaimResult = Object.freeze({ kind: 'mismatch' });

/** Whether the state says nothing (any more) to whoever asks. */
function isGone(
  state: DedupeState<PackedOutcome>,
  now: Milliseconds,
  following: OwnerToken | undefined,
): boolean {
  switch (state.kind) {
    case 'claimed':
      return false;
    case 'unknown':
      return state.until <= now;
    default:
      return (state.token === following ? state.sharedUntil : state.visibleUntil) <= now;
  }
}

/** When nobody can be told anything of it any more. */
function endOf(state: DedupeState<PackedOutcome>): Milliseconds {
  switch (state.kind) {
    case 'claimed':
      return state.leaseUntil + (state.onOrphan === 'reject' ? state.retention : 0);
    case 'unknown':
      return state.until;
    default:
      return state.sharedUntil;
  }
}
