import { addBuckets, percentiles } from '../report/bucket-counts.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import type { RouteReading } from '../report/profile-reading.js';
import type { Traffic } from '../snapshot/snapshot.js';
import type { PanelInput } from './panel-input.js';

/** Rate, errors, durations of all requests that a profiler has seen. */
export function trafficPanel({ name, profile }: SourceGroup, { rates, shares }: PanelInput): Traffic | null {
  if (profile === undefined) return null;
  const { routes } = profile;
  const sum = (value: (route: RouteReading) => number): number =>
    routes.reduce((all, one) => all + value(one), 0);
  const requests = sum(({ count }) => count);
  const failed = sum((route) => route.failed);
  const key = `traffic/${name}`;
  const recentOf = (what: string, total: number): number => shares.growth(`${key}/${what}`, total) ?? total;
  const recent = recentOf('requests', requests);
  const share = (what: string, total: number): number => {
    const part = recentOf(what, total);
    return recent > 0 ? Math.min(1, part / recent) : 0;
  };
  const [p50, p95, p99, p999] = percentiles(
    addBuckets(routes.map((route) => route.recent)),
    [0.5, 0.95, 0.99, 0.999],
  );
  const rate = rates.rate(`${key}/requests`, requests);
  return {
    name,
    requests,
    rate: rates.since === undefined ? sum((route) => route.rate) : rate,
    failed,
    errorRate: share('failed', failed),
    refusedRate: share(
      'refused',
      sum(({ refused }) => refused),
    ),
    aborted: sum(({ aborted }) => aborted),
    inFlight: sum(({ inFlight }) => inFlight),
    ...{ p50, p95, p99, p999 },
    heat: profile.heat.map((count, i) => rates.growth(`${key}/heat/${i}`, count) ?? 0),
  };
}
