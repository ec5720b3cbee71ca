import type { Clock, Emitter, Milliseconds, Random, Timer } from '@spark-perf/core';
import { every } from '@spark-perf/core';
import type { LoadBalancerEvents } from '../events.js';
import type { ServerList } from '../servers/server-list.js';
import type { EjectionReason, ServerEvent } from '../servers/server-state.js';
import type { UpstreamServer } from '../servers/upstream-server.js';
import type { Outcome } from './outlier-detector.js';
import { OutlierDetector } from './outlier-detector.js';
import type { ResolvedOutlierOptions } from './outlier-options.js';
import { OUTLIER_DEFAULTS } from './outlier-options.js';
import { successRateOutliers } from './success-rate.js';

export interface HealthMonitorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly outlier: ResolvedOutlierOptions | undefined;
  readonly maxEjectionRatio: number;
}

/** Ejects servers and takes them back, by what traffic and checks say. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #list: ServerList;
  readonly #events: Emitter<LoadBalancerEvents>;
  readonly #onRecovered: () => void;
  readonly #detectors = new WeakMap<UpstreamServer, OutlierDetector>();
  #timer: Timer | undefined;

  constructor(
    options: HealthMonitorOptions,
    list: ServerList,
    events: Emitter<LoadBalancerEvents>,
    onRecovered: () => void,
  ) {
    this.#options = options;
    this.#list = list;
    this.#events = events;
    this.#onRecovered = onRecovered;
    const { outlier } = options;
    if (outlier !== undefined && outlier.successRateServers > 0)
      this.#timer = every(options.clock, outlier.interval, () => this.#compareRates());
  }

  /** Takes in how an attempt ended. */
  record(server: UpstreamServer, outcome: Outcome): void {
    if (outcome !== 'ok') server.counters.errors++;
    const { state } = server;
    if (state.kind === 'probing') {
      if (outcome === 'ok') this.recover(server);
      else this.eject(server, 'probe');
      return;
    }
    const reason = this.#detector(server)?.record(outcome);
    if (reason !== undefined && this.#mayEject()) this.eject(server, reason);
  }

  /** A trial has ended without telling anything, as when the client left. */
  trialOver(server: UpstreamServer): void {
    this.apply(server, { kind: 'trial-over' });
  }

  /** Takes a server out of rotation: for a growing time by traffic, until checks pass by a check. */
  eject(server: UpstreamServer, reason: EjectionReason): void {
    const now = this.#options.clock.now();
    const duration = reason === 'check' ? Infinity : this.#duration(server, now);
    if (!this.apply(server, { kind: 'eject', until: now + duration, reason })) return;
    if (duration !== Infinity) server.lastEjectionEnd = now + duration;
    this.#detector(server)?.reset();
    this.#events.emit('ejected', { id: server.id, reason, duration });
  }

  /** Puts a server back into rotation, with the slow start if there is one. */
  recover(server: UpstreamServer): void {
    if (!this.apply(server, { kind: 'recover' })) return;
    server.latency.reset();
    server.warmUp();
    this.#detector(server)?.reset();
    this.#events.emit('recovered', { id: server.id });
    this.#onRecovered();
  }

  /** Moves a server's state on and tells about it. */
  apply(server: UpstreamServer, event: ServerEvent): boolean {
    const from = server.state.kind;
    if (!server.apply(event)) return false;
    this.#list.changed();
    const to = server.state.kind;
    if (from !== to) this.#events.emit('stateChange', { id: server.id, from, to });
    return true;
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Each ejection within ten base times of the last is longer by one more of them. */
  #duration(server: UpstreamServer, now: Milliseconds): Milliseconds {
    const { baseEjectionTime, maxEjectionTime } = this.#options.outlier ?? OUTLIER_DEFAULTS;
    const forgiven = Math.floor((now - server.lastEjectionEnd) / (10 * baseEjectionTime));
    if (server.ejectionStreak > 0)
      server.ejectionStreak = Math.max(0, server.ejectionStreak - Math.max(0, forgiven));
    server.ejectionStreak++;
    return Math.min(maxEjectionTime, baseEjectionTime * server.ejectionStreak);
  }

  /** Live traffic may eject `maxEjectionRatio` of the servers, and always one. */
  #mayEject(): boolean {
    let total = 0;
    let out = 0;
    for (const { state } of this.#list.all()) {
      if (state.kind === 'draining' || state.kind === 'removed') continue;
      total++;
      if (state.kind !== 'healthy') out++;
    }
    return out === 0 || (out + 1) / total <= this.#options.maxEjectionRatio;
  }

  #detector(server: UpstreamServer): OutlierDetector | undefined {
    const { outlier } = this.#options;
    if (outlier === undefined) return undefined;
    let detector = this.#detectors.get(server);
    if (detector === undefined) this.#detectors.set(server, (detector = new OutlierDetector(outlier)));
    return detector;
  }

  #compareRates(): void {
    const { outlier } = this.#options;
    if (outlier === undefined) return;
    const figures = [...this.#list.all()].map((server) => ({
      server,
      ...(this.#detector(server)?.takeInterval() ?? { total: 0, good: 0 }),
    }));
    for (const server of successRateOutliers(figures, outlier)) {
      if (server.healthy && this.#mayEject()) this.eject(server, 'success-rate');
    }
  }
}
