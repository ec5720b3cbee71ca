import type { Middleware } from '@spark-perf/core';
import { LoadBalancer } from '@spark-perf/balancer';
import type { ClusterManager } from '@spark-perf/lifecycle/cluster';
import { apiRoute } from './routes/api-route.js';

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

/** The API's paths go to the workers, everything else stays here. */
export function apiProxy(balancer: LoadBalancer): Middleware {
  const proxy = balancer.middleware();
  return (ctx, next) => {
    const route = apiRoute(ctx.path);
    if (route === undefined) return next();
    // What the profiler groups by: the front's own router never matches one.
    Object.defineProperty(ctx, 'route', { value: route });
    return proxy(ctx, next);
  };
}
