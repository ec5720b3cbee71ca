import type { Milliseconds } from '@spark-perf/core';
import { FrequentRoutes } from './frequent-routes.js';
import { PendingRecords } from './pending-records.js';
import { RouteStats } from './route-stats.js';

/** The methods OpenTelemetry's conventions know, and none, for what is no request; others are `_OTHER`. */
const METHODS = new Set([
  '',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);
export const OTHER_METHOD = '_OTHER';
const OVERFLOW = '_overflow';
const UNMATCHED = '_unmatched';
/** Seconds in a turn of the window that `recent` reports on. */
const TURN = 60;

/**
 * The routes, at most `maxRoutes` of them and two collecting rows. While there is room a route gets a place at once;
 * after that it must be met more often of late than the least met one, which is then folded into `_overflow`: what
 * the rows add up to never changes.
 */
export class RouteTable {
  readonly overflow = new RouteStats(OTHER_METHOD, OVERFLOW);
  readonly unmatched = new RouteStats(OTHER_METHOD, UNMATCHED);
  /** Requests that found no place. */
  overflowed = 0;
  /** Routes that lost theirs. */
  evictions = 0;
  /** Requests of these rows that are over and not counted yet. */
  readonly pending = new PendingRecords();
  /** The rows of a route, one for each method. */
  readonly #routes = new Map<string, RouteStats[]>();
  readonly #waiting: FrequentRoutes;
  readonly #began: Milliseconds;
  #size = 0;
  #second = 0;
  /** The monotonic time from which `tick` has something to do. */
  nextTick: Milliseconds;

  constructor(
    readonly maxRoutes: number,
    now: Milliseconds,
  ) {
    this.#began = now;
    this.nextTick = now + 1_000;
    this.#waiting = new FrequentRoutes(Math.max(16, maxRoutes));
  }

  /** Routes with a place. */
  get size(): number {
    return this.#size;
  }

  /** The route, where it has a place. */
  find(method: string, route: string): RouteStats | undefined {
    const rows = this.#routes.get(route);
    if (rows === undefined) return undefined;
    return rowOf(rows, method) ?? (METHODS.has(method) ? undefined : rowOf(rows, OTHER_METHOD));
  }

  /** The route's row, a new one while there is room: a route in use must not wait for its first answer. */
  place(method: string, route: string): RouteStats | undefined {
    const known = this.find(method, route);
    if (known !== undefined || this.#size >= this.maxRoutes) return known;
    return this.#add(METHODS.has(method) ? method : OTHER_METHOD, route);
  }

  /** The row a request counts in: its route's, else `_overflow`. */
  admit(method: string, route: string): RouteStats {
    const placed = this.place(method, route);
    if (placed !== undefined) return placed;
    const name = METHODS.has(method) ? method : OTHER_METHOD;
    const key = `${name}:${route}`;
    const seen = this.#waiting.count(key);
    // One appearance is no frequency; the scan for the least met is O(maxRoutes), so it is not made for each request.
    if (seen > 1 && (seen & (seen - 1)) === 0) {
      const least = this.#leastMet();
      if (least !== undefined && seen > least.frequency + 1) {
        this.#evict(least);
        this.#waiting.forget(key);
        return this.#add(name, route);
      }
    }
    this.overflowed++;
    return this.overflow;
  }

  *rows(): Generator<RouteStats> {
    this.pending.count();
    for (const rows of this.#routes.values()) yield* rows;
    if (isUsed(this.overflow)) yield this.overflow;
    if (isUsed(this.unmatched)) yield this.unmatched;
  }

  /** Lets the windows follow the time. Call it before anything is counted at or after `nextTick`. */
  tick(now: Milliseconds): void {
    const second = Math.floor((now - this.#began) / 1_000);
    if (second <= this.#second) return;
    this.pending.count();
    const turns = Math.floor(second / TURN) - Math.floor(this.#second / TURN);
    for (const row of this.#all()) {
      row.rates.advance(this.#second, second, row.count);
      for (let turn = 0; turn < Math.min(turns, 2); turn++) row.turnWindow();
    }
    if (turns > 0) this.#waiting.age();
    this.#second = second;
    this.nextTick = this.#began + (second + 1) * 1_000;
  }

  /** Seconds since counting began. */
  seconds(now: Milliseconds): number {
    return (now - this.#began) / 1_000;
  }

  *#all(): Generator<RouteStats> {
    for (const rows of this.#routes.values()) yield* rows;
    yield this.overflow;
    yield this.unmatched;
  }

  #add(method: string, route: string): RouteStats {
    const added = new RouteStats(method, route);
    const rows = this.#routes.get(route);
    if (rows === undefined) this.#routes.set(route, [added]);
    else rows.push(added);
    this.#size++;
    return added;
  }

  #leastMet(): RouteStats | undefined {
    this.pending.count();
    let least: RouteStats | undefined;
    for (const rows of this.#routes.values()) {
      for (const row of rows) {
        if (row.inFlight === 0 && (least === undefined || row.frequency < least.frequency)) least = row;
      }
    }
    return least;
  }

  #evict(row: RouteStats): void {
    this.overflow.merge(row);
    row.evicted = true;
    const rest = (this.#routes.get(row.route) ?? []).filter((one) => one !== row);
    if (rest.length > 0) this.#routes.set(row.route, rest);
    else this.#routes.delete(row.route);
    this.#size--;
    this.evictions++;
  }
}

function rowOf(rows: readonly RouteStats[], method: string): RouteStats | undefined {
  for (let i = 0; i < rows.length; i++) if (rows[i]!.method === method) return rows[i];
  return undefined;
}

function isUsed(row: RouteStats): boolean {
  return row.count > 0 || row.longLived > 0;
}
