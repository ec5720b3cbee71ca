import { OTHER_METHOD } from './route-table.js';
import { RouteStats } from './route-stats.js';

/** All rows as one. Made when asked for, so that it equals their sum by construction. */
export function sumOfRows(rows: Iterable<RouteStats>): RouteStats {
  const sum = new RouteStats(OTHER_METHOD, '_total');
  for (const row of rows) sum.merge(row);
  return sum;
}
