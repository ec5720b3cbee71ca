import type { Context, Emitter, Milliseconds } from '@spark-perf/core';
import type { RequestProfilerEvents } from '../events.js';
import type { ResolvedRequestProfilerOptions } from '../options.js';
import type { HeadFields } from './head-fields.js';
import { IsolatedCost } from './isolated-cost.js';
import { LiveRequests } from './live-requests.js';
import { isLongLived, isMarked } from './long-lived.js';
import type { NotableReason } from './notable-requests.js';
import { errorName, NotableRequests, redactedUrl } from './notable-requests.js';
import { ABORT } from './pending-records.js';
import { countChunkedBody, requestBytes } from './request-bytes.js';
import { failureOf } from './request-outcome.js';
import { ResponseObserver } from './response-observer.js';
import { RouteNames } from './route-names.js';
import type { RouteStats } from './route-stats.js';
import type { RouteTable } from './route-table.js';
import type { TrackedRequest } from './tracked-request.js';

/** Follows requests and counts each once, when its response closes. */
export class RequestTracker {
  readonly live = new LiveRequests();
  readonly notable: NotableRequests;
  readonly cost: IsolatedCost;
  readonly #names = new RouteNames();
  readonly #observer: ResponseObserver;
  readonly #options: ResolvedRequestProfilerOptions;
  readonly #table: RouteTable;
  readonly #events: Emitter<RequestProfilerEvents>;
  #open: boolean;

  constructor(
    options: ResolvedRequestProfilerOptions,
    table: RouteTable,
    events: Emitter<RequestProfilerEvents>,
  ) {
    this.#options = options;
    this.#table = table;
    this.#events = events;
    this.#open = options.enabled;
    this.notable = new NotableRequests(options.maxNotable);
    this.cost = new IsolatedCost(options.sampleRate, options.random);
    this.#observer = new ResponseObserver({
      head: (request, status, fields) => this.#head(request, status, fields),
      closed: (request, delivered) => this.#closed(request, delivered),
    });
  }

  /** Begins to follow; `undefined` when it is followed already, is over, or nothing is recorded. */
  begin(ctx: Context): TrackedRequest | undefined {
    if (!this.#open || ctx.res.closed) return undefined;
    const now = this.#options.clock.now();
    const request = this.#observer.watch(ctx, now);
    if (request === undefined) return undefined;
    this.live.add(request);
    request.cost = this.cost.begin(now, this.live.size);
    countChunkedBody(ctx.req, request);
    return request;
  }

  /** The chain has run as far as it does at once: most hosts know the route by now. */
  routed(request: TrackedRequest): void {
    const { route, method } = request.ctx;
    this.live.route(request, route === undefined ? undefined : this.#table.place(method, route));
  }

  /** Follows no more requests; those under way are counted. */
  close(): void {
    this.#open = false;
    this.cost.close();
  }

  /** How many requests of each row are in flight that `routed` could not tell. */
  unplaced(): Map<RouteStats, number> {
    const found = new Map<RouteStats, number>();
    for (const { ctx } of this.live.unplaced()) {
      const likely = this.#table.find(ctx.method, ctx.route ?? this.#names.of(ctx));
      if (likely !== undefined) found.set(likely, (found.get(likely) ?? 0) + 1);
    }
    return found;
  }

  #head(request: TrackedRequest, status: number, fields: HeadFields | undefined): void {
    if (request.done) return;
    const { ctx } = request;
    if (this.#options.serverTiming) this.#addServerTiming(request);
    if (isLongLived(ctx, status, fields) || this.#options.longLived?.(ctx) === true) {
      this.#leave(request);
      this.#rowOf(request).livesLong();
    }
  }

  #addServerTiming({ ctx, start }: TrackedRequest): void {
    if (ctx.res.headersSent) return;
    const before = ctx.res.getHeader('Server-Timing');
    const own = `app;dur=${(this.#options.clock.now() - start).toFixed(2)}`;
    ctx.res.setHeader('Server-Timing', before === undefined ? own : `${String(before)}, ${own}`);
  }

  #closed(request: TrackedRequest, delivered: boolean): void {
    if (request.done) return;
    const { ctx } = request;
    const { res } = ctx;
    const now = this.#options.clock.now();
    if (now >= this.#table.nextTick) this.tick(now);
    this.#leave(request);
    const row = this.#rowOf(request);
    if (isMarked(ctx)) {
      row.livesLong();
      return;
    }
    const duration = now - request.start;
    const failure = failureOf(request, delivered);
    const status = res.headersSent ? res.statusCode : 0;
    const aborted = !delivered && failure === 0;
    const sent = status === 204 || status === 304 || ctx.req.method === 'HEAD' ? 0 : request.written;
    const error = aborted ? ABORT : failure;
    this.#table.pending.add(row, duration, status, error, requestBytes(ctx, request), sent);
    if (request.cost !== undefined && !aborted) this.cost.end(request.cost, row);
    if (failure !== 0 || duration > this.#options.slowThreshold) this.#keep(request, row, duration, failure);
  }

  /** Lets windows follow the time, and notes how many requests are in flight where only a look can tell. */
  tick(now: Milliseconds): void {
    this.#table.tick(now);
    for (const [row, count] of this.unplaced()) {
      row.inFlightMax = Math.max(row.inFlightMax, row.inFlight + count);
    }
  }

  #leave(request: TrackedRequest): void {
    request.done = true;
    this.live.remove(request);
  }

  #rowOf(request: TrackedRequest): RouteStats {
    const { ctx, row } = request;
    const { route, method } = ctx;
    if (row !== undefined && !row.evicted && row.route === route) return row;
    const { statusCode } = ctx.res;
    const found = this.#table;
    if (route !== undefined) return this.#seen(found.admit(method, route));
    const name = this.#names.of(ctx);
    // A path that has answered nothing but 404 is no route: a scanner's must not take places.
    if (statusCode === 404 || statusCode === 405)
      return this.#seen('route' in ctx ? found.unmatched : (found.find(method, name) ?? found.unmatched));
    return this.#seen(found.admit(method, name));
  }

  /** A request that no row had in flight was there all the same; so were others, when the row is new. */
  #seen(row: RouteStats): RouteStats {
    const others = row.inFlightMax === 0 ? (this.unplaced().get(row) ?? 0) : 0;
    row.inFlightMax = Math.max(row.inFlightMax, row.inFlight + others + 1);
    return row;
  }

  #keep(request: TrackedRequest, row: RouteStats, duration: Milliseconds, failure: number): void {
    const { slowThreshold, criticalThreshold, clock, logger } = this.#options;
    const { ctx } = request;
    const pace = duration > criticalThreshold ? 'critical' : duration > slowThreshold ? 'slow' : undefined;
    const reason: NotableReason = pace ?? 'failed';
    const notable = {
      reason,
      route: row.key,
      method: ctx.method,
      url: redactedUrl(ctx),
      statusCode: ctx.res.headersSent ? ctx.res.statusCode : 0,
      duration,
      error: request.threw ? errorName(request.error) : failure !== 0 ? String(failure) : null,
      at: clock.wallNow(),
    };
    this.notable.add(notable);
    if (pace === undefined) return;
    const threshold = pace === 'critical' ? criticalThreshold : slowThreshold;
    const line = `${pace.toUpperCase()}: ${notable.route} took ${duration.toFixed(2)}ms`;
    if (pace === 'critical') logger.error(line);
    else logger.warn(line);
    this.#events.emit(pace, { ...notable, threshold });
  }
}
