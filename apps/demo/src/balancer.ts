import type { Middleware } from '@spark-perf/core';
import { LoadBalancer } from '@spark-perf/balancer';
import type { ClusterManager } from '@spark-perf/lifecycle/cluster';

/** What a worker reports once it listens. */
export interface WorkerReport {
  readonly url: string;
}

/** Sends requests to the worker that answers soonest; one that breaks is left out, and its requests go elsewhere. */
export function createBalancer(): LoadBalancer {
  return new LoadBalancer({
    algorithm: 'response-time',
    healthCheckInterval: 2_000,
    healthCheckTimeout: 1_000,
    health: { path: '/health' },
    timeouts: { connect: 1_000, firstByte: 10_000, idle: 30_000, total: 15_000 },
    preserveHost: true,
  });
}

/** Workers come and go; the balancer follows. A worker that is told to drain gets no new request before it does. */
export function followWorkers(balancer: LoadBalancer, cluster: ClusterManager): void {
  const ids = new Map<number, string>();
  cluster.on('ready', ({ pid, slot, report }) => {
    if (pid === undefined) return;
    const id = `worker-${slot}-${pid}`;
    ids.set(pid, id);
    balancer.addServer({ id, url: (report as WorkerReport).url });
  });
  const leave = ({ pid }: { readonly pid: number | undefined }): void => {
    const id = pid === undefined ? undefined : ids.get(pid);
    if (pid === undefined || id === undefined) return;
    ids.delete(pid);
    void balancer.removeServer(id, { drain: 5_000 });
  };
  cluster.on('draining', leave);
  cluster.on('gone', leave);
}

/** The API's patterns: the front proxies them, so its own router never matches one. */
const ROUTES: readonly (readonly [path: RegExp, route: string])[] = [
  [/^\/cities$/, '/cities'],
  [/^\/cities\/near$/, '/cities/near'],
  [/^\/cities\/[^/]+$/, '/cities/:id'],
  [/^\/countries\/[^/]+\/stats$/, '/countries/:code/stats'],
  [/^\/trips$/, '/trips'],
  [/^\/trips\/[^/]+$/, '/trips/:id'],
  [/^\/health$/, '/health'],
];

/** The API's paths go to the workers, everything else stays here. */
export function apiProxy(balancer: LoadBalancer): Middleware {
  const proxy = balancer.middleware();
  return (ctx, next) => {
    const match = ROUTES.find(([path]) => path.test(ctx.path));
    if (match === undefined) return next();
    // What the profiler groups by.
    Object.defineProperty(ctx, 'route', { value: match[1] });
    return proxy(ctx, next);
  };
}
