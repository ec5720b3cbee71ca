import type { Clock, Emitter, Milliseconds } from '@spark-perf/core';
import { InvalidOptionError, withDeadline } from '@spark-perf/core';
import { UnknownServerError } from '../errors.js';
import type { LoadBalancerEvents } from '../events.js';
import type { ActiveChecks } from '../health/active-checks.js';
import type { HealthMonitor } from '../health/health-monitor.js';
import type { ResolvedLoadBalancerOptions } from '../resolve-options.js';
import type { ServerList } from './server-list.js';
import type { ServerOptions } from './server-options.js';
import { resolveServerOptions } from './server-options.js';
import { UpstreamServer } from './upstream-server.js';

export interface DrainOptions {
  /** How long requests under way may take before they are cut. @default 10,000 */
  readonly drain?: Milliseconds | undefined;
}

export const DRAIN_DEFAULT: Milliseconds = 10_000;

/** Who belongs to the balancer: joining, draining, leaving. */
export class Membership {
  readonly #leaving = new Map<UpstreamServer, Promise<void>>();
  readonly #clock: Clock;

  constructor(
    readonly options: ResolvedLoadBalancerOptions,
    readonly list: ServerList,
    readonly health: HealthMonitor,
    readonly checks: ActiveChecks | undefined,
    readonly events: Emitter<LoadBalancerEvents>,
    readonly onJoined: () => void,
  ) {
    this.#clock = options.clock;
  }

  /** @throws InvalidOptionError */
  add(given: ServerOptions, warmUp: boolean): void {
    const resolved = resolveServerOptions(given);
    if (this.list.get(resolved.id) !== undefined)
      throw new InvalidOptionError('id', 'unique among the servers of a balancer', resolved.id);
    const { transport, timeouts, slowStart } = this.options;
    const connectTimeout = timeouts.connect > 0 ? timeouts.connect : 2 ** 31 - 1;
    const server = new UpstreamServer(
      resolved,
      transport(resolved.target, { connectTimeout }),
      slowStart,
      () => this.#clock.now(),
    );
    if (warmUp) server.warmUp();
    this.list.add(server);
    this.checks?.watch(server);
    this.events.emit('serverAdded', { id: server.id, url: resolved.url });
    this.onJoined();
  }

  /** Makes the servers those of `wanted`: joins the new, changes the changed, drains the leavers. */
  async set(
    wanted: readonly ServerOptions[],
    drain: Milliseconds,
    warmUp: boolean,
    owned = (_id: string) => true,
  ): Promise<void> {
    const byId = new Map(wanted.map((server) => [resolveServerOptions(server).id, server]));
    if (byId.size < wanted.length)
      throw new InvalidOptionError('id', 'unique among the servers of a balancer', wanted);
    const leavers: Promise<void>[] = [];
    for (const server of [...this.list.all()]) {
      if (!owned(server.id)) continue;
      const given = byId.get(server.id);
      if (given !== undefined && this.#update(server, given)) byId.delete(server.id);
      else leavers.push(this.remove(server.id, drain));
    }
    for (const given of byId.values()) this.add(given, warmUp);
    await Promise.all(leavers);
  }

  drain(id: string): void {
    const server = this.#find(id);
    this.health.apply(server, { kind: 'drain' });
  }

  restore(id: string): void {
    this.health.apply(this.#find(id), { kind: 'restore' });
    this.onJoined();
  }

  /** Resolves when the last request is over, or was cut at the deadline. A server that leaves takes its id along. */
  remove(id: string, drain: Milliseconds): Promise<void> {
    const server = this.list.get(id);
    if (server === undefined) return Promise.resolve();
    let leaving = this.#leaving.get(server);
    if (leaving === undefined) this.#leaving.set(server, (leaving = this.#remove(server, drain)));
    return leaving;
  }

  /** Removes all servers, also those that were to leave more slowly; resolves when they are gone. */
  async close(drain: Milliseconds): Promise<void> {
    for (const { id } of [...this.list.all()]) void this.remove(id, drain);
    const left = Promise.all(this.#leaving.values()).then(() => {});
    if (!(await this.#within(drain, left))) for (const server of this.#leaving.keys()) this.#cut(server);
    await left;
  }

  /** Whether `promise` resolves within `drain`. */
  async #within(drain: Milliseconds, promise: Promise<void>): Promise<boolean> {
    if (drain === 0) return false;
    const onTimeout = (): Error => new Error('drain');
    return withDeadline(this.#clock, promise, drain, { onTimeout }).then(
      () => true,
      () => false,
    );
  }

  #cut(server: UpstreamServer): void {
    server.cutTunnels();
    server.transport.destroy();
  }

  async #remove(server: UpstreamServer, drain: Milliseconds): Promise<void> {
    this.checks?.forget(server);
    this.health.apply(server, { kind: 'drain' });
    this.list.retire(server);
    const idle = new Promise<void>((resolve) => server.whenIdle(resolve));
    const inTime = server.activeConnections === 0 || (await this.#within(drain, idle));
    const cut = inTime ? 0 : server.activeConnections;
    this.#cut(server);
    this.health.apply(server, { kind: 'remove' });
    this.list.gone(server);
    this.#leaving.delete(server);
    this.events.emit('serverRemoved', { id: server.id, cut });
  }

  /** Takes on what can change in place; false when the address is another, or the server is leaving. */
  #update(server: UpstreamServer, given: ServerOptions): boolean {
    const resolved = resolveServerOptions(given);
    const { target, healthTarget } = server.options;
    if (JSON.stringify([resolved.target, resolved.healthTarget]) !== JSON.stringify([target, healthTarget]))
      return false;
    server.options = resolved;
    this.list.changed();
    this.onJoined();
    return true;
  }

  #find(id: string): UpstreamServer {
    const server = this.list.get(id);
    if (server === undefined) throw new UnknownServerError(id);
    return server;
  }
}
