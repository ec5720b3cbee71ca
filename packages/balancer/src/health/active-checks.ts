import type { Clock, Emitter, Milliseconds, Random, Timer } from '@spark-perf/core';
import type { LoadBalancerEvents } from '../events.js';
import type { UpstreamServer } from '../servers/upstream-server.js';
import type { ResolvedHealthCheckOptions } from './health-check-options.js';
import type { HealthMonitor } from './health-monitor.js';
import { runCheck } from './run-check.js';

/** The checks of one server: how its last ones went. */
interface Watch {
  timer: Timer | undefined;
  running: Promise<boolean> | undefined;
  passed: number;
  failed: number;
  checked: boolean;
  /** Of the server when `passed` was counted. */
  ejections: number;
  stopped: boolean;
}

/** Asks every server at intervals how it is. */
export class ActiveChecks {
  readonly #options: ResolvedHealthCheckOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #monitor: HealthMonitor;
  readonly #events: Emitter<LoadBalancerEvents>;
  readonly #watches = new Map<UpstreamServer, Watch>();

  constructor(
    options: ResolvedHealthCheckOptions,
    { clock, random }: { readonly clock: Clock; readonly random: Random },
    monitor: HealthMonitor,
    events: Emitter<LoadBalancerEvents>,
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#monitor = monitor;
    this.#events = events;
  }

  /** Starts to check `server`, for the first time within the down interval: servers added together spread. */
  watch(server: UpstreamServer): void {
    const watch: Watch = {
      timer: undefined,
      running: undefined,
      passed: 0,
      failed: 0,
      checked: false,
      ejections: 0,
      stopped: false,
    };
    this.#watches.set(server, watch);
    const { downInterval } = this.#options;
    this.#schedule(server, watch, this.#random() * downInterval);
  }

  forget(server: UpstreamServer): void {
    const watch = this.#watches.get(server);
    if (watch === undefined) return;
    watch.stopped = true;
    watch.timer?.cancel();
    this.#watches.delete(server);
  }

  /** Checks all servers now; what is under way counts. */
  async checkAll(): Promise<void> {
    await Promise.all([...this.#watches].map(([server, watch]) => this.#check(server, watch)));
  }

  close(): void {
    for (const server of [...this.#watches.keys()]) this.forget(server);
  }

  #schedule(server: UpstreamServer, watch: Watch, delay: Milliseconds): void {
    watch.timer?.cancel();
    if (watch.stopped) return;
    watch.timer = this.#clock.setTimeout(() => void this.#check(server, watch), delay);
  }

  #check(server: UpstreamServer, watch: Watch): Promise<boolean> {
    watch.running ??= this.#run(server, watch).finally(() => {
      watch.running = undefined;
      this.#schedule(server, watch, this.#nextDelay(server, watch));
    });
    return watch.running;
  }

  async #run(server: UpstreamServer, watch: Watch): Promise<boolean> {
    const { target, healthTarget } = server.options;
    const started = this.#clock.now();
    const { ok, reason } = await runCheck(
      healthTarget ?? target,
      healthTarget === undefined ? this.#options.path : undefined,
      this.#options,
      this.#clock,
    );
    if (watch.stopped) return ok;
    server.lastCheck = this.#clock.wallNow();
    this.#events.emit('check', { id: server.id, ok, duration: this.#clock.now() - started, reason });
    this.#count(server, watch, ok);
    return ok;
  }

  #count(server: UpstreamServer, watch: Watch, ok: boolean): void {
    const { rise, fall } = this.#options;
    const first = !watch.checked;
    watch.checked = true;
    // What has passed before an ejection by live traffic says nothing about its end.
    if (server.counters.ejections !== watch.ejections) watch.passed = 0;
    watch.ejections = server.counters.ejections;
    if (ok) {
      watch.passed++;
      watch.failed = 0;
      if (watch.passed >= rise) this.#monitor.recover(server);
      return;
    }
    watch.failed++;
    watch.passed = 0;
    // A server that was only assumed to be healthy has no credit.
    if (first || watch.failed >= fall) this.#monitor.eject(server, 'check');
  }

  #nextDelay(server: UpstreamServer, watch: Watch): Milliseconds {
    const { interval, downInterval, jitter, fall } = this.#options;
    const settled = server.healthy && (watch.failed === 0 || watch.failed >= fall);
    return (settled ? interval : downInterval) * (1 - jitter * this.#random());
  }
}
