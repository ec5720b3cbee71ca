import type { Duplex } from 'node:stream';
import type { Milliseconds } from '@spark-perf/core';
import { LatencyHistogram } from '@spark-perf/core';
import type { SlowStartOptions } from '../health/slow-start.js';
import { slowStartShare } from '../health/slow-start.js';
import { PeakEwma } from '../picking/peak-ewma.js';
import type { PickableServer } from '../picking/picker.js';
import type { UpstreamTransport } from '../transport/upstream-transport.js';
import type { ResolvedServerOptions } from './server-options.js';
import type { ServerEvent, ServerState } from './server-state.js';
import { nextState } from './server-state.js';

/** What has been counted of one server. */
export interface ServerCounters {
  /** Attempts, retries included. */
  requests: number;
  /** Attempts that failed, and answers with 5xx. */
  errors: number;
  /** Attempts that were second or later ones of their request. */
  retries: number;
  ejections: number;
}

/** One server: its state, its load and its figures. About 20 KiB, most of it the histogram. */
export class UpstreamServer implements PickableServer {
  readonly id: string;
  readonly latency = new PeakEwma();
  readonly histogram = new LatencyHistogram();
  readonly counters: ServerCounters = { requests: 0, errors: 0, retries: 0, ejections: 0 };
  /** Upgraded connections, to be cut when a drain runs out of time. */
  readonly tunnels = new Set<Duplex>();
  /** Ejections not yet forgiven: each makes the next one longer. */
  ejectionStreak = 0;
  lastEjectionEnd: Milliseconds = 0;
  /** The last response time that a check or a request took, in ms. */
  lastCheck: Milliseconds | undefined;
  #state: ServerState;
  #active = 0;
  #onIdle: (() => void) | undefined;
  // Infinity: at its full share.
  #warmSince: Milliseconds = -Infinity;

  constructor(
    public options: ResolvedServerOptions,
    readonly transport: UpstreamTransport,
    readonly slowStart: Required<SlowStartOptions> | undefined,
    readonly now: () => Milliseconds,
  ) {
    this.id = options.id;
    this.#state = { kind: 'healthy', since: now() };
  }

  get state(): ServerState {
    return this.#state;
  }

  get activeConnections(): number {
    return this.#active;
  }

  get weight(): number {
    return this.#warmSince === -Infinity ? this.options.weight : this.options.weight * this.#share();
  }

  /** Most requests at a time, during a slow start a share of `maxConnections`. */
  get capacity(): number {
    const { maxConnections } = this.options;
    if (this.#warmSince === -Infinity || maxConnections === Infinity) return maxConnections;
    return Math.max(1, Math.round(maxConnections * this.#share()));
  }

  get hasRoom(): boolean {
    return this.#active < this.capacity;
  }

  get healthy(): boolean {
    return this.#state.kind === 'healthy';
  }

  /** Moves on; tells whether anything changed. */
  apply(event: ServerEvent): boolean {
    const now = this.now();
    const before = this.#state;
    const after = nextState(before, event, now);
    if (after === before) return false;
    this.#state = after;
    if (event.kind === 'eject') this.counters.ejections++;
    return true;
  }

  /** Starts the slow start, where one is configured. */
  warmUp(): void {
    if (this.slowStart !== undefined) this.#warmSince = this.now();
  }

  acquire(): void {
    this.#active++;
  }

  release(): void {
    if (this.#active === 0) throw new RangeError(`Server "${this.id}" released more often than acquired`);
    if (--this.#active === 0) this.#onIdle?.();
  }

  /** Calls `listener` when, or as soon as, nothing is under way. */
  whenIdle(listener: () => void): void {
    if (this.#active === 0) listener();
    else this.#onIdle = listener;
  }

  cutTunnels(): void {
    for (const socket of this.tunnels) socket.destroy();
  }

  #share(): number {
    if (this.slowStart === undefined) return 1;
    const age = this.now() - this.#warmSince;
    if (age >= this.slowStart.window) {
      this.#warmSince = -Infinity;
      return 1;
    }
    return slowStartShare(this.slowStart, age);
  }
}
