import type { Context, EventSource, Listener, MetricFamily, Middleware, Unsubscribe } from '@spark-perf/core';
import { Emitter, numberOption } from '@spark-perf/core';
import type { DiscoverOptions } from './discovery/dns-discovery.js';
import { DnsDiscovery } from './discovery/dns-discovery.js';
import { BalancerClosedError, NoServerError } from './errors.js';
import type { LoadBalancerEvents } from './events.js';
import { ActiveChecks } from './health/active-checks.js';
import type { HealthMonitor } from './health/health-monitor.js';
import { logEvents } from './log-events.js';
import { balancerMetrics } from './metrics.js';
import { balancerMiddleware } from './middleware.js';
import type { LoadBalancerOptions } from './options.js';
import { createEngine } from './proxy/create-engine.js';
import type { ProxyEngine } from './proxy/proxy-engine.js';
import { resolveLoadBalancerOptions } from './resolve-options.js';
import type { DrainOptions } from './servers/membership.js';
import { DRAIN_DEFAULT, Membership } from './servers/membership.js';
import type { ServerOptions } from './servers/server-options.js';
import type { LoadBalancerStats, ServerStats } from './stats.js';
import { balancerStats, serverStats } from './stats.js';
import type { UpgradeHost, UpgradeOptions } from './upgrade-listener.js';
import { listenForUpgrades } from './upgrade-listener.js';

/** Spreads requests over servers: a reverse proxy with health, retries and several algorithms. */
export class LoadBalancer implements EventSource<LoadBalancerEvents>, AsyncDisposable {
  readonly #events: Emitter<LoadBalancerEvents>;
  readonly #engine: ProxyEngine & { closed: boolean };
  readonly #health: HealthMonitor;
  readonly #checks: ActiveChecks | undefined;
  readonly #membership: Membership;
  readonly #discoveries = new Set<DnsDiscovery>();
  readonly #unsubscribe: Unsubscribe[] = [];
  #closing: Promise<void> | undefined;

  /** @throws InvalidOptionError */
  constructor(options?: LoadBalancerOptions) {
    const resolved = resolveLoadBalancerOptions(options);
    this.#events = new Emitter<LoadBalancerEvents>((error) =>
      resolved.logger.error('LoadBalancer: a listener failed', error),
    );
    this.#engine = createEngine(resolved, this.#events);
    this.#health = this.#engine.health;
    this.#checks =
      resolved.health === undefined
        ? undefined
        : new ActiveChecks(resolved.health, resolved, this.#health, this.#events);
    const wake = (): void => this.#engine.queue.wake();
    this.#membership = new Membership(
      resolved,
      this.#engine.servers,
      this.#health,
      this.#checks,
      this.#events,
      wake,
    );
    if (options?.logger !== undefined) this.#unsubscribe.push(...logEvents(this.#events, resolved.logger));
  }

  on<K extends keyof LoadBalancerEvents>(event: K, listener: Listener<LoadBalancerEvents[K]>): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /**
   * Adds a server. It counts as healthy until a check fails.
   * @throws InvalidOptionError, also for an id that is taken; BalancerClosedError
   */
  addServer(server: ServerOptions): this {
    this.#assertOpen();
    this.#membership.add(server, this.#engine.totals.requests > 0);
    return this;
  }

  /** Takes a server out: no new requests at once; resolves when those under way are over, or cut. */
  removeServer(id: string, options: DrainOptions = {}): Promise<void> {
    return this.#membership.remove(id, drainTime(options));
  }

  /**
   * Makes the servers exactly those of the list, by id: adds, changes weights and limits in place, drains the leavers
   * and those whose address changed. Resolves when the leavers are gone.
   */
  async setServers(servers: readonly ServerOptions[], options: DrainOptions = {}): Promise<void> {
    this.#assertOpen();
    await this.#membership.set(servers, drainTime(options), this.#engine.totals.requests > 0);
  }

  /** Gives a server no new requests; those under way go on. @throws UnknownServerError */
  drainServer(id: string): void {
    this.#membership.drain(id);
  }

  /** Ends a drain. @throws UnknownServerError */
  restoreServer(id: string): void {
    this.#membership.restore(id);
  }

  /**
   * Keeps servers in step with the addresses of a name. Resolves after the first look-up; a failed one is told as
   * `discoveryFailed` and leaves the servers as they were. Returns what ends it; its servers stay.
   */
  async discover(options: DiscoverOptions): Promise<() => void> {
    this.#assertOpen();
    const prefix = `${options.id}@`;
    const discovery: DnsDiscovery = new DnsDiscovery(
      options,
      this.#engine.options.clock,
      (servers) => {
        const joining = this.#membership.set(servers, DRAIN_DEFAULT, this.#engine.totals.requests > 0, (id) =>
          id.startsWith(prefix),
        );
        joining.catch((error: unknown) =>
          this.#events.emit('discoveryFailed', { id: options.id, error: error as Error }),
        );
      },
      (error) => this.#events.emit('discoveryFailed', { id: options.id, error }),
    );
    this.#discoveries.add(discovery);
    await discovery.run();
    return () => {
      discovery.close();
      this.#discoveries.delete(discovery);
    };
  }

  /**
   * The server that a request would go to, without taking a slot of it.
   * @throws NoServerError when there is none, or all are at their `maxConnections`
   */
  getServer(ctx?: Context): ServerStats {
    const { servers, options } = this.#engine;
    const now = options.clock.now();
    const picked = servers.pick(now, ctx);
    if (typeof picked === 'string') throw new NoServerError(1_000);
    return serverStats(picked);
  }

  /** Checks all servers now, and resolves when all have answered or timed out. */
  async checkHealth(): Promise<void> {
    await this.#checks?.checkAll();
  }

  /** Relays every request that reaches it. Mounted below a prefix, the prefix is cut off. */
  middleware(): Middleware {
    return balancerMiddleware(this.#engine);
  }

  /**
   * Also relays upgrades (WebSockets) and `Expect: 100-continue` below `path`, and answers CONNECT with 405. Others
   * keep their listeners. The application must have its server by now.
   * @throws InvalidOptionError
   */
  upgrade(host: UpgradeHost, options?: UpgradeOptions): Unsubscribe {
    const stop = listenForUpgrades(this.#engine, host, options);
    this.#unsubscribe.push(stop);
    return stop;
  }

  getStats(): LoadBalancerStats {
    return balancerStats(this.#engine);
  }

  collect(): MetricFamily[] {
    return balancerMetrics(this.getStats());
  }

  /**
   * Refuses new requests with 503, as it does those that wait in the queue, and removes all servers. Idempotent.
   * Resolves when the last request is over, or was cut after `drain`.
   */
  close(options: DrainOptions = {}): Promise<void> {
    return (this.#closing ??= this.#close(drainTime(options)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(drain: number): Promise<void> {
    this.#engine.closed = true;
    for (const discovery of this.#discoveries) discovery.close();
    this.#checks?.close();
    this.#health.close();
    this.#engine.queue.close();
    await this.#membership.close(drain);
    for (const stop of this.#unsubscribe) stop();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new BalancerClosedError();
  }
}

/** @throws InvalidOptionError */
function drainTime({ drain }: DrainOptions): number {
  return numberOption('drain', drain, DRAIN_DEFAULT, { infinity: false });
}
