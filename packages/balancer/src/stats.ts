import type { Milliseconds } from '@spark-perf/core';
import type { ProxyEngine } from './proxy/proxy-engine.js';
import type { EjectionReason, ServerState } from './servers/server-state.js';
import type { UpstreamServer } from './servers/upstream-server.js';

/** Figures of one server. Durations are from the dispatch to the head of the answer. */
export interface ServerStats {
  readonly id: string;
  readonly url: string;
  readonly healthy: boolean;
  readonly state: ServerState['kind'];
  /** Why it is out of rotation. */
  readonly reason: EjectionReason | undefined;
  readonly weight: number;
  readonly priority: number;
  /** Attempts, retries included. */
  readonly requests: number;
  /** Attempts that failed, and 5xx answers. */
  readonly errors: number;
  /** The moving average that `response-time` goes by. */
  readonly responseTime: Milliseconds;
  readonly activeConnections: number;
  readonly p50: Milliseconds;
  readonly p90: Milliseconds;
  readonly p99: Milliseconds;
  readonly ejections: number;
  /** Attempts that made up for one elsewhere. */
  readonly retries: number;
  /** Wall time of the last active check. */
  readonly lastCheck: Milliseconds | undefined;
}

/** Figures of a balancer. */
export interface LoadBalancerStats {
  readonly requests: number;
  readonly retries: number;
  /** Requests refused with 503. */
  readonly rejected: number;
  /** Failed attempts by how they failed. */
  readonly failed: {
    readonly connect: number;
    readonly broken: number;
    readonly protocol: number;
    readonly timeout: number;
  };
  readonly clientAborts: number;
  readonly upgrades: number;
  readonly activeConnections: number;
  readonly queued: number;
  readonly servers: readonly ServerStats[];
}

export function balancerStats(engine: ProxyEngine): LoadBalancerStats {
  const servers = [...engine.servers.present()].map(serverStats);
  const { requests, retries, rejected, failed, clientAborts, upgrades } = engine.totals;
  return {
    requests,
    retries,
    rejected,
    failed: { ...failed },
    clientAborts,
    upgrades,
    activeConnections: servers.reduce((sum, server) => sum + server.activeConnections, 0),
    queued: engine.queue.size,
    servers,
  };
}

export function serverStats(server: UpstreamServer): ServerStats {
  const { options, state, counters, histogram } = server;
  return {
    id: server.id,
    url: options.url,
    healthy: server.healthy,
    state: state.kind,
    reason: state.kind === 'ejected' ? state.reason : undefined,
    weight: options.weight,
    priority: options.priority,
    requests: counters.requests,
    errors: counters.errors,
    responseTime: server.latency.value,
    activeConnections: server.activeConnections,
    p50: histogram.percentile(0.5),
    p90: histogram.percentile(0.9),
    p99: histogram.percentile(0.99),
    ejections: counters.ejections,
    retries: counters.retries,
    lastCheck: server.lastCheck,
  };
}
