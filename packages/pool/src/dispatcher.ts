import { CoarseClock } from './coarse-clock.js';
import type { Counters } from './counters.js';
import type { DestroyReason } from './entry-state.js';
import { BORROWED, IDLE } from './entry-state.js';
import type { Entry } from './entry.js';
import { PoolClosedError, PoolQueueFullError, PoolTimeoutError } from './errors.js';
import type { ConnectionFactory } from './factory.js';
import type { IdlePlace } from './idle/idle-place.js';
import { Inspector } from './inspector.js';
import { Intake } from './intake.js';
import { LeakDetector } from './leak-detector.js';
import type { AcquireOptions } from './options.js';
import type { ResolvedOptions } from './resolve-options.js';
import { retirementOf } from './retirement.js';
import { Stock } from './stock.js';
import { WaiterQueue } from './waiter-queue.js';
import { Waiter } from './waiter.js';

/** Below this, a deadline is reckoned from the exact time. */
const SHORT_TIMEOUT = 1_000;

/**
 * Who gets which connection. Everything here happens within one turn of the event loop and runs no user code but the
 * factory's and listeners'. Invariants: an entry is with one holder only; nobody waits while a usable entry is idle; entries alive
 * and being created are never more than `maxSize`, unless `resize` has just lowered it.
 */
export class Dispatcher<T> {
  readonly stock: Stock<T>;
  readonly coarse: CoarseClock;
  readonly waiters: WaiterQueue<T>;
  readonly intake: Intake<T>;
  readonly inspector: Inspector<T>;
  readonly leaks: LeakDetector<T>;
  /** Set when the pool closes: whether those who wait are still served. */
  closing: 'rejecting' | 'serving' | undefined;
  /** Called when a closing pool becomes quiet. */
  onQuiet: (() => void) | undefined;
  /** Connections wanted beyond `minSize`: a replacement for one that is due. */
  spare = 0;
  /** How many may still be retired for their age before the next look. */
  retirements = 1;
  readonly #bypass: number;
  // Fields of the stock that the hot path would otherwise look up twice.
  readonly #counters: Counters;
  readonly #idle: IdlePlace<T>;
  readonly #detectsLeaks: boolean;
  #careful: boolean;

  constructor(
    factory: ConnectionFactory<T>,
    readonly options: ResolvedOptions,
    withoutLane: boolean,
  ) {
    const { clock } = options;
    this.waiters = new WaiterQueue(clock, (waiter, now) => this.#timeOut(waiter, now));
    this.coarse = new CoarseClock(clock, () => this.waiters.rest());
    this.stock = new Stock(factory, options, withoutLane, () => this.pump());
    const pump = (): void => this.pump();
    this.inspector = new Inspector(this.stock, this.coarse, (entry) => this.offer(entry), pump);
    this.intake = new Intake(this.stock, (entry) => this.#examine(entry), pump);
    const { counters, events, examiner, idle } = this.stock;
    this.leaks = new LeakDetector(options, counters, events);
    this.#counters = counters;
    this.#idle = idle;
    this.#bypass = examiner.validates ? options.validateAfterIdle : Infinity;
    this.#detectsLeaks = options.leakDetection !== Infinity;
    this.#careful = examiner.resets;
  }

  /** Connections that a user has. */
  get active(): number {
    return this.#counters.borrowed - this.#counters.returned;
  }

  /** Whether no connection is left, and none is on its way. */
  get quiet(): boolean {
    const { registry, supplier } = this.stock;
    return registry.size === 0 && supplier.creating === 0 && this.intake.drawing === 0;
  }

  /** An idle connection, now. A stale one is validated instead, and lent another time. */
  takeNow(label: string | undefined): Entry<T> | undefined {
    const entry = this.#idle.take();
    if (entry === undefined) return undefined;
    const now = this.coarse.read();
    if (now - entry.aliveAt > this.#bypass) {
      void this.inspector.validate(entry);
      return undefined;
    }
    this.#lend(entry, now, label);
    return entry;
  }

  /** A connection, in the form that the caller wants it in, as soon as there is one. */
  wait<R>(form: (entry: Entry<T>) => R, options: AcquireOptions = {}): Promise<R> {
    const { signal, timeout = this.options.acquireTimeout, priority = 0, label } = options;
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#counters.refused++;
      return Promise.reject(refusal);
    }
    return new Promise<R>((resolve, reject) => {
      let since = this.coarse.read();
      const measured = this.coarse.exact;
      if (timeout < SHORT_TIMEOUT) since = this.coarse.readExactly();
      const waiter = new Waiter<T>(
        form,
        resolve as (value: unknown) => void,
        reject,
        priority,
        since,
        since + timeout,
        measured,
        label,
      );
      this.waiters.push(waiter);
      if (signal !== undefined) this.waiters.leaveOnAbort(waiter, signal, () => this.#counters.aborted++);
      this.pump();
    });
  }

  /** Takes back what a user has; `error` is what it met with, if anything. */
  giveBack(entry: Entry<T>, error?: unknown): void {
    const now = entry.measured ? this.#measure(entry) : this.coarse.now;
    entry.generation++;
    entry.lastUsedAt = entry.aliveAt = now;
    this.#counters.returned++;
    if (
      this.#careful ||
      error !== undefined ||
      entry.state !== BORROWED ||
      now >= entry.expiresAt ||
      entry.uses >= this.options.maxUses
    ) {
      this.#giveBackWithCare(entry, error);
      return;
    }
    this.#pass(entry);
  }

  /** Takes back what a user has, to destroy it. */
  scrap(entry: Entry<T>, reason: DestroyReason): Promise<void> {
    if (entry.measured) this.#measure(entry);
    entry.generation++;
    this.#counters.returned++;
    return this.stock.destroy(entry, reason);
  }

  /** Gives an entry that nobody has to the next in line, or to nobody. */
  offer(entry: Entry<T>): void {
    if (entry.state.kind === 'condemned') void this.stock.destroy(entry, entry.state.reason);
    else if (this.closing !== undefined && this.waiters.size === 0) void this.stock.destroy(entry, 'close');
    else if (this.stock.registry.size > this.options.maxSize) void this.stock.destroy(entry, 'shrink');
    else this.#pass(entry);
  }

  /** Call it when the sizes or `closing` have changed. */
  adjust(): void {
    const { maxSize } = this.options;
    let excess = this.stock.registry.size - maxSize;
    this.#careful = this.stock.examiner.resets || this.closing !== undefined || excess > 0;
    this.stock.supplier.trim();
    if (excess > 0) void this.stock.sweep(() => excess-- > 0, 'shrink');
    this.pump();
  }

  /** Brings supply and demand together: idle entries to waiters, and new ones where more are wanted. */
  pump(): void {
    const { waiters, options, closing } = this;
    while (waiters.size > this.inspector.checking) {
      const entry = this.#idle.take();
      if (entry === undefined) break;
      this.#examine(entry);
    }
    if (closing !== undefined && waiters.size === 0) {
      if (this.quiet) this.onQuiet?.();
      return;
    }
    const floor = closing === undefined ? Math.min(options.maxSize, options.minSize + this.spare) : 0;
    this.intake.order(waiters.size - this.inspector.checking - this.intake.drawing, floor);
    if (waiters.size > 0 && this.#hopeless()) waiters.rejectAll(() => this.stock.supplier.refusal());
  }

  #hopeless(): boolean {
    return (
      this.options.failFast &&
      this.stock.supplier.state.kind === 'open' &&
      this.inspector.checking === 0 &&
      this.#idle.drawable === 0 &&
      this.intake.drawing <= this.stock.supplier.creating
    );
  }

  #refusal(): Error | undefined {
    if (this.closing !== undefined) return new PoolClosedError();
    if (this.waiters.size >= this.options.maxWaiters) return new PoolQueueFullError(this.options.maxWaiters);
    return this.#hopeless() ? this.stock.supplier.refusal() : undefined;
  }

  #examine(entry: Entry<T>): void {
    const stale = this.coarse.readExactly() - entry.aliveAt > this.#bypass;
    if (stale && entry.state === IDLE) void this.inspector.validate(entry);
    else this.offer(entry);
  }

  #giveBackWithCare(entry: Entry<T>, error: unknown): void {
    const reason = retirementOf(this, entry, error);
    if (reason === undefined) this.inspector.reset(entry);
    else void this.stock.destroy(entry, reason);
  }

  #pass(entry: Entry<T>): void {
    const waiter = this.waiters.shift();
    if (waiter === undefined) {
      entry.state = IDLE;
      this.#idle.park(entry);
      return;
    }
    const now = this.coarse.read();
    this.#counters.waited++;
    if (waiter.measured) this.#counters.wait.record(this.coarse.readExactly() - waiter.since);
    this.#lend(entry, now, waiter.label);
    waiter.resolve(waiter.form(entry));
  }

  #lend(entry: Entry<T>, now: number, label: string | undefined): void {
    entry.state = BORROWED;
    entry.borrowedAt = now;
    entry.measured = this.coarse.exact;
    entry.label = label;
    entry.uses++;
    this.#counters.borrowed++;
    if (this.#detectsLeaks) this.leaks.onBorrow(entry);
  }

  #measure(entry: Entry<T>): number {
    const now = this.coarse.readExactly();
    this.#counters.usage.record(now - entry.borrowedAt);
    return now;
  }

  #timeOut(waiter: Waiter<T>, now: number): void {
    this.#counters.timeouts++;
    const waited = now - waiter.since;
    waiter.reject(new PoolTimeoutError(waiter.deadline - waiter.since, this.stock.supplier.cause));
    this.stock.events.emit('timeout', { waited, waiting: this.waiters.size });
  }
}
