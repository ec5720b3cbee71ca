import { ResourceManager } from '@spark-perf/lifecycle';
import { ClusterManager } from '@spark-perf/lifecycle/cluster';
import type { Settings } from './settings.js';

/** Everything that a process opens is registered here; all of it is gone within 10 s of a signal. */
export function createResources(): ResourceManager {
  return new ResourceManager({ shutdownTimeout: 9_000, cleanupTimeout: 4_000 });
}

/**
 * The API workers. The front's manager ends them, after it has drained itself: until then every request finds one. SIGHUP
 * restarts them one by one. Each listens on a port of its own, which `node:cluster` does not see.
 */
export function createCluster(settings: Settings): ClusterManager {
  return new ClusterManager({
    workers: settings.workers,
    signals: false,
    exit: false,
    requireListening: false,
    drainTimeout: 5_000,
    minBackoff: 100,
    // Chaos kills on purpose.
    maxCrashes: settings.chaos ? 1_000 : 10,
  });
}
