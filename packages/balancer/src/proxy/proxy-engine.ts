import type { Emitter } from '@spark-perf/core';
import type { UpstreamFailure } from '../errors.js';
import type { LoadBalancerEvents } from '../events.js';
import type { HealthMonitor } from '../health/health-monitor.js';
import type { ResolvedLoadBalancerOptions } from '../resolve-options.js';
import type { RetryBudget } from '../retry/retry-budget.js';
import type { ServerList } from '../servers/server-list.js';
import type { DeadlineSweeper } from './deadline-sweeper.js';
import type { HeadFlusher } from './head-flusher.js';
import type { WaitQueue } from './wait-queue.js';

/** What is counted over all servers. */
interface ProxyTotals {
  requests: number;
  retries: number;
  rejected: number;
  failed: { readonly [K in UpstreamFailure]: number } & Record<UpstreamFailure, number>;
  clientAborts: number;
  upgrades: number;
}

/** What every exchange shares: one object per balancer. */
export interface ProxyEngine {
  readonly options: ResolvedLoadBalancerOptions;
  readonly servers: ServerList;
  readonly health: HealthMonitor;
  readonly budget: RetryBudget;
  readonly queue: WaitQueue;
  readonly sweeper: DeadlineSweeper;
  readonly heads: HeadFlusher;
  readonly events: Emitter<LoadBalancerEvents>;
  readonly totals: ProxyTotals;
  readonly closed: boolean;
}
