import type { Context, Milliseconds } from '@spark-perf/core';
import type { Picker } from '../picking/picker.js';
import type { StickyCookie } from '../picking/sticky-cookie.js';
import type { UpstreamServer } from './upstream-server.js';

/** Who may be picked now. */
export interface Candidates {
  /** The same array until somebody joins, leaves or changes state. */
  readonly servers: readonly UpstreamServer[];
  /** Whether none of them is healthy, and they serve for want of better. */
  readonly panic: boolean;
}

/** Why nobody was picked: there is nobody, or all are at their `maxConnections`. */
export type NoPick = 'none' | 'full';

/** The servers, and who of them takes the next request. */
export class ServerList {
  readonly #byId = new Map<string, UpstreamServer>();
  readonly #leaving = new Set<UpstreamServer>();
  readonly #picker: Picker<UpstreamServer>;
  readonly #sticky: StickyCookie | undefined;
  readonly #onPanic: (servers: number) => void;
  readonly #onProbe: (server: UpstreamServer) => void;
  #candidates: Candidates | undefined;
  #nextExpiry: Milliseconds = Infinity;
  #bounded = false;
  #panicked = false;

  constructor(
    picker: Picker<UpstreamServer>,
    sticky: StickyCookie | undefined,
    onPanic: (servers: number) => void,
    onProbe: (server: UpstreamServer) => void,
  ) {
    this.#picker = picker;
    this.#sticky = sticky;
    this.#onPanic = onPanic;
    this.#onProbe = onProbe;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): UpstreamServer | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<UpstreamServer> {
    return this.#byId.values();
  }

  add(server: UpstreamServer): void {
    this.#byId.set(server.id, server);
    this.#sticky?.enroll(server.id);
    this.changed();
  }

  /** Those, and the ones that leave and have requests under way. */
  *present(): Generator<UpstreamServer> {
    yield* this.#byId.values();
    yield* this.#leaving;
  }

  /** Takes a server out; it stays present until it is gone. */
  retire(server: UpstreamServer): void {
    if (this.#byId.get(server.id) !== server) return;
    this.#byId.delete(server.id);
    this.#leaving.add(server);
    this.#sticky?.forget(server.id);
    this.changed();
  }

  /** A server that left has nothing under way any more. */
  gone(server: UpstreamServer): void {
    this.#leaving.delete(server);
  }

  /** A state, weight or priority has changed. */
  changed(): void {
    this.#candidates = undefined;
    this.#bounded = [...this.#byId.values()].some(({ options }) => options.maxConnections !== Infinity);
  }

  /** When the next ejection ends; `Infinity` when none will by itself. */
  get nextExpiry(): Milliseconds {
    return this.#nextExpiry;
  }

  /** The healthy and probing servers of the best tier that has any; without one, all that are not leaving. */
  candidates(now: Milliseconds): Candidates {
    if (this.#candidates !== undefined && now < this.#nextExpiry) return this.#candidates;
    this.#nextExpiry = Infinity;
    let best: UpstreamServer[] = [];
    let tier = Infinity;
    const staying: UpstreamServer[] = [];
    for (const server of this.#byId.values()) {
      if (server.apply({ kind: 'expire' })) this.#onProbe(server);
      const { state } = server;
      if (state.kind === 'draining' || state.kind === 'removed') continue;
      staying.push(server);
      if (state.kind === 'ejected') {
        this.#nextExpiry = Math.min(this.#nextExpiry, state.until);
        continue;
      }
      if (state.kind === 'probing' && state.trial) continue;
      const { priority } = server.options;
      if (priority > tier) continue;
      if (priority < tier) {
        tier = priority;
        best = [];
      }
      best.push(server);
    }
    const panic = best.length === 0;
    const entered = panic && !this.#panicked && staying.length > 0;
    this.#panicked = panic;
    if (entered) this.#onPanic(staying.length);
    return (this.#candidates = { servers: panic ? staying : best, panic });
  }

  /** Picks, without taking a slot. `tried` are those a retry must not go to again. */
  pick(
    now: Milliseconds,
    ctx: Context | undefined,
    tried?: readonly UpstreamServer[],
  ): UpstreamServer | NoPick {
    let { servers } = this.candidates(now);
    if (tried !== undefined && tried.length > 0) {
      servers = servers.filter((server) => !tried.includes(server));
      if (servers.length === 0) servers = this.#others(tried);
    }
    if (servers.length === 0) return 'none';
    if (this.#sticky !== undefined && ctx !== undefined && tried === undefined) {
      const kept = this.#byId.get(this.#sticky.read(ctx.headers.cookie) ?? '');
      if (kept !== undefined && kept.hasRoom && servers.includes(kept)) return kept;
    }
    if (this.#bounded && servers.some((server) => !server.hasRoom)) {
      servers = servers.filter((server) => server.hasRoom);
      if (servers.length === 0) return 'full';
    }
    if (servers.length === 1) return servers[0]!;
    return this.#picker.pick(servers, { ctx, now });
  }

  /** Whether anybody but `tried` could be picked. */
  hasOther(now: Milliseconds, tried: readonly UpstreamServer[]): boolean {
    return (
      this.candidates(now).servers.some((server) => !tried.includes(server)) || this.#others(tried).length > 0
    );
  }

  /** Healthy servers of other tiers, for a retry that has used its own tier up. */
  #others(tried: readonly UpstreamServer[]): UpstreamServer[] {
    return [...this.#byId.values()].filter((server) => server.healthy && !tried.includes(server));
  }
}
