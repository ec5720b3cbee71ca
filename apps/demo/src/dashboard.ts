import type { DashboardMiddleware } from '@spark-perf/dashboard';
import { dashboard } from '@spark-perf/dashboard';
import { report } from '@spark-perf/dashboard/worker';
import type { FrontParts } from './front-parts.js';

/** The sources of a worker, sent to the front, which shows them. */
export const reportMetrics = report;

/** Who may look. In production nobody without `DASHBOARD_PASSWORD`; in development whoever is on this machine. */
function authorization(): { authorize?: string } {
  const password = process.env.DASHBOARD_PASSWORD;
  return password === undefined || password === '' ? {} : { authorize: password };
}

/** The page at `/admin/`. */
export function createDashboard(parts: FrontParts): DashboardMiddleware {
  const { profiling, limiters, dedupe, balancer, resources, workers } = parts;
  return dashboard({
    profiler: { front: profiling.profiler },
    runtime: profiling.runtime,
    memory: profiling.memory,
    limiter: { api: limiters.api, trips: limiters.trips, trial: limiters.trial },
    dedupe,
    lifecycle: resources,
    cluster: workers,
    balancer,
    ...authorization(),
  });
}
