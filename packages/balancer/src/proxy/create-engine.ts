import type { Emitter } from '@spark-perf/core';
import type { LoadBalancerEvents } from '../events.js';
import { HealthMonitor } from '../health/health-monitor.js';
import type { Picker } from '../picking/picker.js';
import type { ResolvedLoadBalancerOptions } from '../resolve-options.js';
import { RetryBudget } from '../retry/retry-budget.js';
import { ServerList } from '../servers/server-list.js';
import type { UpstreamServer } from '../servers/upstream-server.js';
import { DeadlineSweeper, sweepPeriod } from './deadline-sweeper.js';
import { HeadFlusher } from './head-flusher.js';
import type { ProxyEngine } from './proxy-engine.js';
import { WaitQueue } from './wait-queue.js';

/** Puts the parts of a balancer together. */
export function createEngine(
  options: ResolvedLoadBalancerOptions,
  events: Emitter<LoadBalancerEvents>,
): ProxyEngine & { closed: boolean } {
  const { clock, timeouts, queue: queueOptions, retry } = options;
  const queue = new WaitQueue(queueOptions.limit);
  const servers = new ServerList(
    options.picker as Picker<UpstreamServer>,
    options.sticky,
    (count) => events.emit('panic', { servers: count }),
    ({ id }) => events.emit('stateChange', { id, from: 'ejected', to: 'probing' }),
  );
  return {
    options,
    servers,
    health: new HealthMonitor(options, servers, events, () => queue.wake()),
    budget: new RetryBudget(retry.budget, retry.minPerSecond),
    queue,
    sweeper: new DeadlineSweeper(
      clock,
      sweepPeriod([
        timeouts.connect,
        timeouts.firstByte,
        timeouts.idle,
        timeouts.total,
        queueOptions.timeout,
      ]),
      // Time alone makes room too: ejections end, slow starts go on.
      () => queue.wake(),
    ),
    heads: new HeadFlusher(),
    events,
    totals: {
      requests: 0,
      retries: 0,
      rejected: 0,
      failed: { connect: 0, broken: 0, protocol: 0, timeout: 0 },
      clientAborts: 0,
      upgrades: 0,
    },
    closed: false,
  };
}
