import { addBuckets } from './bucket-counts.js';
import type { ProfileReading, RouteReading } from './profile-reading.js';
import { HEAT_CLASSES } from './profile-reading.js';

/** Routes of one group that are kept; the rest is in `_overflow`, as a profiler itself does it. */
const MAX_ROUTES = 512;

/** What several processes have counted, as one. Histograms add up: percentiles are those of all requests together. */
export function mergeProfiles(parts: readonly ProfileReading[]): ProfileReading {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const rows = new Map<string, RouteReading[]>();
  for (const route of parts.flatMap(({ routes }) => routes)) {
    let key = `${route.method} ${route.route}`;
    if (!rows.has(key) && rows.size >= MAX_ROUTES) key = ' _overflow';
    const same = rows.get(key);
    if (same === undefined) rows.set(key, [route]);
    else same.push(route);
  }
  const heat = new Array<number>(HEAT_CLASSES).fill(0);
  for (const part of parts) part.heat.forEach((count, i) => (heat[i]! += count));
  const merged = [...rows].map(([key, same]) => {
    const row = same.reduce(added);
    return key === ' _overflow' ? { ...row, method: '', route: '_overflow' } : row;
  });
  return { routes: merged, heat };
}

function added(a: RouteReading, b: RouteReading): RouteReading {
  return {
    method: a.method,
    route: a.route,
    count: a.count + b.count,
    failed: a.failed + b.failed,
    refused: a.refused + b.refused,
    aborted: a.aborted + b.aborted,
    time: a.time + b.time,
    inFlight: a.inFlight + b.inFlight,
    rate: a.rate + b.rate,
    recent: addBuckets([a.recent, b.recent]),
  };
}

/** What stays true of a process that is gone. */
export function lastingProfile({ routes, heat }: ProfileReading): ProfileReading {
  return { heat, routes: routes.map((route) => ({ ...route, inFlight: 0, rate: 0, recent: [] })) };
}
