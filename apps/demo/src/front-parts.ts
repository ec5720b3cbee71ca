import type { LoadBalancer } from '@spark-perf/balancer';
import type { RequestDeduplicator } from '@spark-perf/dedupe';
import type { ResourceManager } from '@spark-perf/lifecycle';
import type { ClusterManager } from '@spark-perf/lifecycle/cluster';
import type { Profiling } from './profiler.js';
import type { Limiters } from './ratelimit.js';

/** What stands in front of the workers. */
export interface FrontParts {
  readonly resources: ResourceManager;
  readonly profiling: Profiling;
  readonly limiters: Limiters;
  readonly dedupe: RequestDeduplicator;
  readonly balancer: LoadBalancer;
  /** None where everything runs in one process. */
  readonly workers: ClusterManager | undefined;
}

/** What a visitor of the landing page may do to the demo. */
export interface FrontActions {
  /** Kills one worker; resolves to its process id. */
  killWorker(): number | undefined;
}
