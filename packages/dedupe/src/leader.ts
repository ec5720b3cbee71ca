import type { ServerResponse } from 'node:http';
import type { CapturedResponse, Emitter, Milliseconds, Timer } from '@spark-perf/core';
import { captureResponse } from '@spark-perf/core';
import type { OwnerToken } from './dedupe-state.js';
import type { ClaimingStore } from './claiming-store.js';
import type { DedupeEvents } from './events.js';
import type { Flight, FlightEnd } from './flight.js';
import type { Outcome } from './outcome.js';
import { verdictOn } from './outcome.js';
import { replayedHeaders } from './replayed-headers.js';
import type { RequestIdentity } from './request-identity.js';
import type { ResolvedOptions } from './resolve-options.js';
import type { SharedInterval } from './shared-interval.js';

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
  readonly #store: ClaimingStore;
  readonly #leader: LeaderOptions;
  readonly #heartbeat: Timer;
  #end: FlightEnd | undefined;
  #settlement: Promise<void> | undefined;
  // Made when somebody asks: most requests have no followers.
  #ended: Promise<FlightEnd> | undefined;
  #resolveEnded: ((end: FlightEnd) => void) | undefined;

  constructor(identity: RequestIdentity, token: OwnerToken, store: ClaimingStore, leader: LeaderOptions) {
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

  /** Listens to what the rest of the chain will send. */
  listen(res: ServerResponse): void {
    const { clock, maxReplay } = this.#leader.options;
    const onProduced = (captured: CapturedResponse): void => this.#finish(this.#outcomeOf(captured));
    captureResponse(res, { maxBytes: maxReplay, clock, onProduced });
  }

  /** The rest of the chain threw. */
  fail(error: unknown): void {
    this.#finish({ kind: 'thrown' }, error);
  }

  #outcomeOf(captured: CapturedResponse): Outcome {
    if (captured.outcome === 'truncated') return { kind: 'cutOff' };
    if (captured.outcome === 'tooLarge') return { kind: 'tooLarge', status: captured.status };
    const headers = replayedHeaders(captured.headers, this.#leader.options.headers);
    const { outcome, status, statusMessage, body } = captured;
    return { kind: 'response', response: { outcome, status, statusMessage, headers, body } };
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

  /** A store that answers at once is told at once: no promise is made for it. */
  #settle(end: FlightEnd): Promise<void> | undefined {
    this.#tell(end);
    try {
      const owned = this.#write(end);
      if (owned instanceof Promise) return this.#settled(owned);
      this.#onSettled(owned);
    } catch {
      this.#leader.onEnd(this);
    }
    return undefined;
  }

  async #settled(answer: Promise<boolean>): Promise<void> {
    try {
      this.#onSettled(await answer);
    } catch {
      // The claim's lease runs out, and whoever comes then finds an orphan.
      this.#leader.onEnd(this);
    }
  }

  #onSettled(owned: boolean): void {
    if (!owned) this.#leader.events.emit('ownershipLost', { id: this.identity.id });
    this.#leader.onEnd(this);
  }

  #write({ outcome, verdict }: FlightEnd): boolean | Promise<boolean> {
    const { id, keyed } = this.identity;
    const { options } = this.#leader;
    if (verdict === 'failure' && options.onLeaderError === 'promote')
      return this.#store.release(id, this.token);
    const retention = verdict === 'failure' ? 0 : keyed ? options.retention : options.ttl;
    return this.#store.settle(id, this.token, { outcome, retention, shareFor: SHARE_FOR });
  }

  #tell({ outcome, verdict }: FlightEnd): void {
    const { id } = this.identity;
    const { events } = this.#leader;
    if (verdict === 'failure') {
      const reason = outcome.kind === 'thrown' || outcome.kind === 'cutOff' ? outcome.kind : 'status';
      events.emit('leaderFailed', { id, reason });
    } else if (outcome.kind === 'tooLarge') events.emit('responseTooLarge', { id });
  }
}
