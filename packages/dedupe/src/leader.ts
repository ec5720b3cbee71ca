import type { CapturedResponse, Context, Emitter, Milliseconds, Next, Timer } from '@spark-perf/core';
import { captureResponse } from '@spark-perf/core';
import type { OwnerToken } from './dedupe-state.js';
import type { DedupeStore } from './dedupe-store.js';
import type { DedupeEvents } from './events.js';
import type { Flight, FlightEnd } from './flight.js';
import type { Outcome } from './outcome.js';
import { verdictOn } from './outcome.js';
import { replayedHeaders } from './replayed-headers.js';
import type { RequestIdentity } from './request-identity.js';
import type { ResolvedOptions } from './resolve-options.js';
import type { SharedInterval } from './shared-interval.js';

/** The part of a store that an owner needs. */
export type OwnedStore = Pick<DedupeStore, 'renew' | 'settle' | 'release'>;

/** How long followers elsewhere may still fetch an outcome that is replayed to nobody new. */
const SHARE_FOR: Milliseconds = 5_000;

export interface LeaderOptions {
  readonly options: ResolvedOptions;
  readonly events: Emitter<DedupeEvents>;
  readonly heartbeats: SharedInterval;
  readonly onEnd: (leader: Leader) => void;
}

/** A request that runs for all of its kind: renews its claim, captures what it sends, settles the claim once. */
export class Leader implements Flight {
  readonly token: OwnerToken;
  readonly identity: RequestIdentity;
  readonly #store: OwnedStore;
  readonly #leader: LeaderOptions;
  readonly #heartbeat: Timer;
  #end: FlightEnd | undefined;
  #settlement: Promise<void> | undefined;
  // Made when somebody asks: most requests have no followers.
  #ended: Promise<FlightEnd> | undefined;
  #resolveEnded: ((end: FlightEnd) => void) | undefined;

  constructor(identity: RequestIdentity, token: OwnerToken, store: OwnedStore, leader: LeaderOptions) {
    this.identity = identity;
    this.token = token;
    this.#store = store;
    this.#leader = leader;
    this.#heartbeat = leader.heartbeats.start(() => void this.#renew());
  }

  /** Whether it has been answered: the client may have it, and the store not know of it yet. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  get ended(): Promise<FlightEnd> {
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    this.#ended ??= new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    return this.#ended;
  }

  /** Resolves when the store has been told, or could not be. */
  get settled(): Promise<void> {
    return this.ended.then(() => this.#settlement);
  }

  /** Runs the rest of the chain; rejects as it does. */
  async run(ctx: Context, next: Next): Promise<void> {
    const { clock, maxReplay } = this.#leader.options;
    const capture = captureResponse(ctx.res, { maxBytes: maxReplay, clock });
    void capture.produced.then((captured) => this.#finish(this.#outcomeOf(captured)));
    try {
      await next();
    } catch (error) {
      this.#finish({ kind: 'thrown' }, error);
      throw error;
    }
  }

  #outcomeOf(captured: CapturedResponse): Outcome {
    if (captured.outcome === 'truncated') return { kind: 'cutOff' };
    if (captured.outcome === 'tooLarge') return { kind: 'tooLarge', status: captured.status };
    const headers = replayedHeaders(captured.headers, this.#leader.options.headers);
    return { kind: 'response', response: { ...captured, headers } };
  }

  /** The first call counts: an answer before a throw, or a throw before the host's answer to it. */
  #finish(outcome: Outcome, error?: unknown): void {
    if (this.#end !== undefined) return;
    const end = { outcome, verdict: verdictOn(outcome, this.#leader.options.replayErrors), error };
    this.#end = end;
    this.#heartbeat.cancel();
    this.#settlement = this.#settle(end);
    this.#resolveEnded?.(end);
  }

  async #renew(): Promise<void> {
    try {
      const owned = await this.#store.renew(this.identity.id, this.token, this.#leader.options.lease);
      if (!owned) this.#leader.events.emit('ownershipLost', { id: this.identity.id });
    } catch {
      // Told by the store's own event; the next beat tries again.
    }
  }

  async #settle(end: FlightEnd): Promise<void> {
    const { id, keyed } = this.identity;
    const { options, events, onEnd } = this.#leader;
    const { outcome, verdict } = end;
    if (verdict === 'failure') {
      const reason = outcome.kind === 'thrown' || outcome.kind === 'cutOff' ? outcome.kind : 'status';
      events.emit('leaderFailed', { id, reason });
    } else if (outcome.kind === 'tooLarge') events.emit('responseTooLarge', { id });
    try {
      const promote = verdict === 'failure' && options.onLeaderError === 'promote';
      const retention = verdict === 'failure' ? 0 : keyed ? options.retention : options.ttl;
      const owned = promote
        ? await this.#store.release(id, this.token)
        : await this.#store.settle(id, this.token, { outcome, retention, shareFor: SHARE_FOR });
      if (!owned) events.emit('ownershipLost', { id });
    } catch {
      // The claim's lease runs out, and whoever comes then finds an orphan.
    } finally {
      onEnd(this);
    }
  }
}
