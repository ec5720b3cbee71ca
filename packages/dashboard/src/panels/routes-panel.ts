import type { PercentileBook } from '../report/percentile-book.js';
import type { RouteRow } from '../snapshot/snapshot.js';
import type { SourceGroup } from '../snapshot/source-group.js';

/** Rows that are shown: those that took most time. What the others count is in the totals. */
const MAX_ROWS = 50;

/** The routes of a profiler, by their share of the time spent. */
export function routesPanel({ profile }: SourceGroup, percentiles: PercentileBook): RouteRow[] {
  if (profile === undefined) return [];
  const whole = profile.routes.reduce((sum, { time }) => sum + time, 0);
  const routes = [...profile.routes].sort((a, b) => b.time - a.time);
  return routes.slice(0, MAX_ROWS).map((one): RouteRow => {
    const [p50, p95, p99] = percentiles.of(one.recent);
    return {
      route: `${one.method} ${one.route}`.trim(),
      requests: one.count,
      rate: one.rate,
      errorRate: one.count > 0 ? one.failed / one.count : 0,
      ...{ p50, p95, p99 },
      share: whole > 0 ? one.time / whole : 0,
    };
  });
}
