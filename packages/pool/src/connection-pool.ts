import type {
  EventSource,
  Listener,
  MetricFamily,
  Middleware,
  Milliseconds,
  Unsubscribe,
} from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import { Caretaker } from './caretaker.js';
import { Dispatcher } from './dispatcher.js';
import type { Entry } from './entry.js';
import { PoolClosedError, PoolTimeoutError } from './errors.js';
import type { ConnectionPoolEvents } from './events.js';
import type { ConnectionFactory } from './factory.js';
import type { HealthReport } from './health-check.js';
import { HealthCheck } from './health-check.js';
import { Lease } from './lease.js';
import { middleware } from './middleware/middleware.js';
import type { PoolMiddlewareOptions } from './middleware/middleware-options.js';
import type { PoolAccess } from './middleware/pool-access.js';
import type { AcquireOptions, ConnectionPoolOptions } from './options.js';
import { poolMetrics } from './pool-metrics.js';
import type { PoolStats } from './pool-stats.js';
import { poolStats } from './pool-stats.js';
import { checkAcquireOptions, checkFactory, resolveOptions, resolveSizes } from './resolve-options.js';
import type { CloseOptions } from './shutdown.js';
import { resolveCloseOptions, shutDown } from './shutdown.js';
import { WITHOUT_LANE } from './without-lane.js';

const toResource = <T>(entry: Entry<T>): T => entry.resource;
const toEntry = <T>(entry: Entry<T>): Entry<T> => entry;

/**
 * A pool of connections, or of anything else that is dear to make. generic-pool creates, counts and destroys them;
 * what is idle is lent from a lane in front of it, without a promise, a timer or a search.
 */
export class ConnectionPool<T> implements EventSource<ConnectionPoolEvents<T>> {
  readonly #pool: Dispatcher<T>;
  readonly #health: HealthCheck<T>;
  readonly #caretaker: Caretaker<T>;
  readonly #toLease = (entry: Entry<T>): Lease<T> => new Lease(this.#pool, entry);
  readonly #access: PoolAccess<T>;
  #closing: Promise<void> | undefined;

  /** @throws InvalidOptionError when an option is out of range, or `factory` isn't one. */
  constructor(factory: ConnectionFactory<T>, options?: ConnectionPoolOptions) {
    checkFactory(factory);
    const withoutLane = options !== undefined && Object.hasOwn(options, WITHOUT_LANE);
    this.#pool = new Dispatcher(factory, resolveOptions(factory, options), withoutLane);
    this.#health = new HealthCheck(this.#pool);
    this.#caretaker = new Caretaker(this.#pool, this.#health);
    this.#access = {
      factory,
      options: this.#pool.options,
      events: this.#pool.stock.events,
      lease: (how) => this.lease(how),
      sessions: new WeakMap(),
    };
    this.#pool.pump();
  }

  on<K extends keyof ConnectionPoolEvents<T>>(
    event: K,
    listener: Listener<ConnectionPoolEvents<T>[K]>,
  ): Unsubscribe {
    return this.#pool.stock.events.on(event, listener);
  }

  /**
   * Borrows a connection, to be given to `release` once. O(1).
   *
   * A bare connection can't tell a late second release from a rightful one once somebody else has borrowed it: use
   * `lease` or `use` where that may happen.
   *
   * @throws PoolTimeoutError, PoolQueueFullError, PoolUnavailableError, PoolClosedError, the signal's reason
   */
  acquire(options?: AcquireOptions): Promise<T> {
    if (options !== undefined) return this.#acquire(toResource, options);
    const entry = this.#pool.takeNow(undefined);
    return entry === undefined ? this.#pool.wait(toResource) : Promise.resolve(entry.resource);
  }

  /**
   * A connection that is idle now, or `undefined`. One that would have to be validated first is not given out; its
   * validation starts, so that it may be had another time.
   */
  tryAcquire(): T | undefined {
    return this.#pool.takeNow(undefined)?.resource;
  }

  /** Borrows a connection as a lease, which can be given back twice without harm. Otherwise as `acquire`. */
  lease(options?: AcquireOptions): Promise<Lease<T>> {
    if (options !== undefined) return this.#acquire(this.#toLease, options);
    const entry = this.#pool.takeNow(undefined);
    return entry === undefined
      ? this.#pool.wait(this.#toLease)
      : Promise.resolve(new Lease(this.#pool, entry));
  }

  /**
   * Runs `fn` with a connection and gives it back however `fn` ends; destroys it when `fn` fails with an error that
   * `isFatal` recognises. Rejects as `acquire` does, or with what `fn` throws.
   */
  async use<R>(fn: (connection: T) => R | PromiseLike<R>, options?: AcquireOptions): Promise<R> {
    const entry =
      options === undefined
        ? (this.#pool.takeNow(undefined) ?? (await this.#pool.wait<Entry<T>>(toEntry)))
        : await this.#acquire<Entry<T>>(toEntry, options);
    const { generation } = entry;
    try {
      const result = await fn(entry.resource);
      if (entry.generation === generation) this.#pool.giveBack(entry);
      return result;
    } catch (error) {
      if (entry.generation === generation)
        this.#pool.giveBack(entry, error ?? new Error('rejected without a reason'));
      throw error;
    }
  }

  /**
   * Gives a borrowed connection back. `error` is what its use ended with: a fatal one destroys it.
   * @throws ReleaseError when it isn't borrowed: released before, destroyed, or not of this pool.
   */
  release(connection: T, error?: unknown): void {
    this.#pool.giveBack(this.#lent(connection), error);
  }

  /**
   * Gives a borrowed connection up for good. Settles when it is destroyed; never rejects.
   * @throws ReleaseError as `release` does, at once.
   */
  destroy(connection: T): Promise<void> {
    return this.#pool.scrap(this.#lent(connection), 'request');
  }

  /**
   * Waits until `minSize` connections are open.
   * @throws PoolUnavailableError when they can't be created, PoolTimeoutError, PoolClosedError, the signal's reason
   */
  async ready(options: Pick<AcquireOptions, 'signal' | 'timeout'> = {}): Promise<void> {
    checkAcquireOptions(options);
    const { stock, options: resolved } = this.#pool;
    const { timeout = resolved.acquireTimeout, signal } = options;
    const subscriptions: Unsubscribe[] = [];
    const ready = new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#pool.closing !== undefined) reject(new PoolClosedError());
        else if (stock.registry.arrived >= resolved.minSize) resolve();
        else if (resolved.failFast && stock.supplier.state.kind === 'open') reject(stock.supplier.refusal());
      };
      for (const event of ['create', 'breaker', 'close'] as const) subscriptions.push(this.on(event, look));
      look();
    });
    try {
      const onTimeout = (): Error => new PoolTimeoutError(timeout, stock.supplier.cause);
      await withDeadline(resolved.clock, ready, timeout, { onTimeout, signal });
    } finally {
      for (const unsubscribe of subscriptions) unsubscribe();
    }
  }

  /** Validates the idle connections now, a few at a time, and closes the unhealthy ones. */
  async healthCheck(): Promise<HealthReport> {
    const report = await this.#health.run(() => true);
    this.#pool.pump();
    return report;
  }

  /**
   * Changes the sizes. What is above a smaller `maxSize` is closed: idle connections now, borrowed ones on release.
   * @throws InvalidOptionError
   */
  resize(sizes: { readonly minSize?: number | undefined; readonly maxSize?: number | undefined }): void {
    Object.assign(this.#pool.options, resolveSizes(sizes, this.#pool.options));
    this.#pool.adjust();
  }

  /** Plain figures. */
  getStats(): PoolStats {
    const { stock, options, waiters, active } = this.#pool;
    const { supplier, registry, counters } = stock;
    return poolStats(counters, {
      activeSize: active,
      waitingSize: waiters.size,
      totalSize: registry.size,
      creatingSize: supplier.creating,
      minSize: options.minSize,
      maxSize: options.maxSize,
      breaker: {
        state: supplier.circuit,
        consecutiveFailures: supplier.state.kind === 'flowing' ? 0 : supplier.state.failures,
        retryAfter: supplier.retryAfter,
      },
    });
  }

  /** The figures as metric families, labelled with the pool's `name`. */
  collect(): MetricFamily[] {
    return poolMetrics(this.#pool.options.name, this.getStats());
  }

  /** Puts a connection on `ctx.db`, taken when it is first used and given back when the response is over. */
  middleware(options?: PoolMiddlewareOptions): Middleware {
    return middleware(this.#access, options);
  }

  /**
   * Closes the pool: new callers are refused, waiting ones too (or served), idle connections are destroyed at once,
   * borrowed ones when they come back, at the latest at the deadline. Idempotent: a later call joins the first.
   * Settles when every connection is destroyed; never rejects. @throws InvalidOptionError
   */
  close(options?: CloseOptions): Promise<void> {
    const { deadline, waiters } = resolveCloseOptions(options);
    this.#closing ??= this.#close(deadline, waiters);
    return this.#closing;
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(deadline: Milliseconds, waiters: 'reject' | 'serve'): Promise<void> {
    this.#caretaker.stop();
    const forced = await shutDown(this.#pool, deadline, waiters);
    this.#pool.stock.events.emit('close', { forced });
  }

  async #acquire<R>(form: (entry: Entry<T>) => R, options: AcquireOptions): Promise<R> {
    checkAcquireOptions(options);
    if (options.signal?.aborted) {
      this.#pool.stock.counters.aborted++;
      throw options.signal.reason;
    }
    const entry = this.#pool.takeNow(options.label);
    return entry === undefined ? this.#pool.wait(form, options) : form(entry);
  }

  #lent(connection: T): Entry<T> {
    const { registry } = this.#pool.stock;
    const entry = registry.get(connection);
    if (entry === undefined || !entry.lent) throw registry.misuse(connection);
    return entry;
  }
}
