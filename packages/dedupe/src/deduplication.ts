import type { Context, Emitter, Next } from '@spark-perf/core';
import { replayResponse } from '@spark-perf/core';
import type { Answers } from './answers.js';
import type { ClaimingStore } from './claiming-store.js';
import type { OwnerToken } from './dedupe-state.js';
import type { ClaimResult } from './dedupe-store.js';
import { LeaderFailedError } from './errors.js';
import type { DedupeEvents } from './events.js';
import type { FlightEnd } from './flight.js';
import { Follower } from './follower.js';
import type { LeaderOptions } from './leader.js';
import { Leader } from './leader.js';
import type { Outcome } from './outcome.js';
import type { RequestIdentity } from './request-identity.js';
import type { ResolvedOptions } from './resolve-options.js';
import { SharedInterval } from './shared-interval.js';
import { TokenSource } from './token-source.js';

/** Runs requests over one store: the first of its kind leads, the others follow or are told how it ended. */
export class Deduplication {
  readonly #store: ClaimingStore;
  readonly #options: ResolvedOptions;
  readonly #events: Emitter<DedupeEvents>;
  readonly #answers: Answers;
  readonly #tokens: TokenSource;
  readonly #flights = new Map<string, Leader>();
  readonly #leaderOptions: LeaderOptions;

  constructor(
    store: ClaimingStore,
    options: ResolvedOptions,
    events: Emitter<DedupeEvents>,
    answers: Answers,
    isShared: boolean,
  ) {
    this.#store = store;
    this.#tokens = new TokenSource(isShared);
    this.#options = options;
    this.#events = events;
    this.#answers = answers;
    this.#leaderOptions = {
      options,
      events,
      heartbeats: new SharedInterval(options.clock, options.lease / 3),
      onEnd: (leader) => {
        const { id } = leader.identity;
        if (this.#flights.get(id) === leader) this.#flights.delete(id);
      },
    };
  }

  /** Requests under way in this process. */
  get inFlight(): number {
    return this.#flights.size;
  }

  /** Resolves when the requests that are under way now have been settled. */
  async drained(): Promise<void> {
    await Promise.all([...this.#flights.values()].map((leader) => leader.settled));
  }

  /** Takes its timer off. Requests under way keep their claims for what is left of their lease. */
  close(): void {
    this.#leaderOptions.heartbeats.close();
  }

  /** @returns false when the store is down and nothing has been done about the request. @throws what `next` throws. */
  async process(ctx: Context, next: Next, identity: RequestIdentity): Promise<boolean> {
    let follower: Follower | undefined;
    let following: OwnerToken | undefined;
    for (;;) {
      const token = this.#tokens.next();
      let result: ClaimResult;
      try {
        const answer = this.#claim(identity, token, following);
        result = answer instanceof Promise ? await answer : answer;
      } catch {
        return false;
      }
      if (result.kind === 'claimed') {
        if (result.orphaned) this.#tellOrphaned(identity, true);
        await this.#lead(ctx, next, identity, token);
        return true;
      }
      if (result.kind !== 'inFlight') {
        this.#conclude(ctx, identity, result, following);
        return true;
      }
      if (identity.keyed && this.#options.inFlight === 'conflict') {
        this.#events.emit('conflict', { id: identity.id });
        this.#answers.inFlight(ctx, 1_000);
        return true;
      }
      follower ??= new Follower(ctx, this.#options.clock, this.#options.waitTimeout);
      const end = await this.#await(follower, identity, result.owner);
      if (follower.hasLeft) return true;
      if (end !== undefined && !(end.verdict === 'failure' && this.#options.onLeaderError === 'promote')) {
        this.#share(ctx, identity, end);
        return true;
      }
      if (follower.remaining === 0) {
        this.#events.emit('waitTimeout', { id: identity.id, keyed: identity.keyed });
        if (identity.keyed) this.#answers.inFlight(ctx, 1_000);
        else this.#answers.waitTimeout(ctx);
        return true;
      }
      following = result.owner;
    }
  }

  #claim(
    identity: RequestIdentity,
    token: OwnerToken,
    following: OwnerToken | undefined,
  ): ClaimResult | Promise<ClaimResult> {
    const local = this.#flights.get(identity.id);
    // Whoever has its answer and asks again finds it in the store, not a request in flight.
    return local?.hasEnded === true
      ? local.settled.then(() => this.#claimNow(identity, token, following))
      : this.#claimNow(identity, token, following);
  }

  #claimNow(
    { id, fingerprint, keyed }: RequestIdentity,
    token: OwnerToken,
    following: OwnerToken | undefined,
  ): ClaimResult | Promise<ClaimResult> {
    const { lease, onOrphan, retention } = this.#options;
    const local = this.#flights.get(id);
    if (local !== undefined) {
      if (local.identity.fingerprint !== fingerprint) return { kind: 'mismatch' };
      return { kind: 'inFlight', owner: local.token, leaseRemaining: lease };
    }
    return this.#store.claim(id, {
      token,
      fingerprint,
      lease,
      onOrphan: keyed ? onOrphan.keyed : onOrphan.implicit,
      retention: keyed ? retention : lease,
      following,
    });
  }

  #conclude(
    ctx: Context,
    identity: RequestIdentity,
    result: Exclude<ClaimResult, { kind: 'inFlight' | 'claimed' }>,
    following: OwnerToken | undefined,
  ): void {
    switch (result.kind) {
      case 'settled':
        return this.#answer(ctx, identity, result.outcome, following !== undefined);
      case 'unknown':
        if (result.orphaned) this.#tellOrphaned(identity, false);
        return this.#answers.outcomeUnknown(ctx, identity.keyed);
      case 'mismatch':
        this.#events.emit('mismatch', { id: identity.id });
        return this.#answers.mismatch(ctx);
    }
  }

  #tellOrphaned({ id, keyed }: RequestIdentity, rerun: boolean): void {
    this.#events.emit('orphaned', { id, keyed, rerun });
  }

  /** Runs the rest of the chain for all of its kind; rejects as it does. */
  async #lead(ctx: Context, next: Next, identity: RequestIdentity, token: OwnerToken): Promise<void> {
    const leader = new Leader(identity, token, this.#store, this.#leaderOptions);
    this.#flights.set(identity.id, leader);
    leader.listen(ctx.res);
    try {
      await next();
    } catch (error) {
      leader.fail(error);
      throw error;
    }
  }

  /** The end of the owner's request if it runs here; else `undefined`, when something may have changed. */
  async #await(
    follower: Follower,
    identity: RequestIdentity,
    owner: OwnerToken,
  ): Promise<FlightEnd | undefined> {
    const local = this.#flights.get(identity.id);
    if (local?.token === owner) {
      const end = await follower.await(local);
      // The next claim must not meet the flight that has just ended.
      if (end?.verdict === 'failure') await local.settled;
      return end;
    }
    await this.#store.wait(identity.id, {
      timeout: Math.max(1, follower.remaining),
      signal: follower.signal,
    });
    return undefined;
  }

  #share(ctx: Context, identity: RequestIdentity, end: FlightEnd): void {
    // The very error, so that the host's handler answers followers as it answers their leader.
    if (end.outcome.kind === 'thrown') throw end.error;
    this.#answer(ctx, identity, end.outcome, true);
  }

  #answer(ctx: Context, { id, keyed }: RequestIdentity, outcome: Outcome, coalesced: boolean): void {
    switch (outcome.kind) {
      case 'response':
        if (!coalesced) ctx.res.setHeader('Idempotent-Replayed', 'true');
        replayResponse(ctx, outcome.response);
        break;
      case 'tooLarge':
        this.#answers.responseTooLarge(ctx, keyed);
        break;
      case 'cutOff':
        this.#answers.badGateway(ctx, keyed);
        break;
      case 'thrown':
        throw new LeaderFailedError();
    }
    this.#events.emit(coalesced ? 'coalesced' : 'replayed', { id, keyed });
  }
}
