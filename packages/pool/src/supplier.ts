import type { CircuitState, Emitter, Milliseconds, Timer } from '@spark-perf/core';
import { backoffDelay, withDeadline } from '@spark-perf/core';
import type { Counters } from './counters.js';
import { Dud } from './dud.js';
import { Entry } from './entry.js';
import {
  CreateTimeoutError,
  DuplicateConnectionError,
  PoolClosedError,
  PoolUnavailableError,
} from './errors.js';
import type { ConnectionPoolEvents } from './events.js';
import type { ConnectionFactory } from './factory.js';
import type { Registry } from './registry.js';
import type { ResolvedOptions } from './resolve-options.js';
import type { SupplyState } from './supply-state.js';
import { FLOWING } from './supply-state.js';

/** Creations that may run at once before the first has succeeded: a backend that is down is not stormed. */
const INITIAL_WINDOW = 2;
const MAX_WINDOW = 1_024;
/** After this long without a creation the window starts small again: the backend may be another by now. */
const LULL: Milliseconds = 1_000;
const JITTER = 0.2;

const SURPLUS = Object.freeze(new Error('The pool was made smaller'));

/** Creates connections, and holds back when that fails. */
export class Supplier<T> {
  /** Creations under way. */
  creating = 0;
  #state: SupplyState = FLOWING;
  // Grows with every failure that counts, so that creations which ran side by side count as one.
  #epoch = 0;
  #window = INITIAL_WINDOW;
  #createdAt: Milliseconds = -Infinity;
  #timer: Timer | undefined;
  // Not reckoned from the time: a timer may fire early, or the clock be set back.
  #due = false;
  #closed = false;
  readonly #attempts = new Set<AbortController>();

  constructor(
    private readonly factory: ConnectionFactory<T>,
    private readonly options: ResolvedOptions,
    private readonly registry: Registry<T>,
    private readonly counters: Counters,
    private readonly events: Emitter<ConnectionPoolEvents<T>>,
    /** Destroys a connection that never became an entry. */
    private readonly discard: (resource: T) => void,
    /** Called when a pause is over, and after each success and failure. */
    private readonly onChange: () => void,
  ) {}

  get state(): SupplyState {
    return this.#state;
  }

  /** How many creations may start now. */
  get allowance(): number {
    const state = this.#state;
    if (state.kind === 'flowing') return this.#window - this.creating;
    return this.creating === 0 && this.#due ? 1 : 0;
  }

  get circuit(): CircuitState {
    if (this.#state.kind !== 'open') return 'closed';
    return this.creating > 0 ? 'half-open' : 'open';
  }

  get retryAfter(): Milliseconds {
    return this.#state.kind === 'flowing' ? 0 : Math.max(0, this.#state.retryAt - this.options.clock.now());
  }

  /** Why the last creation failed, while that is the latest news. */
  get cause(): unknown {
    return this.#state.kind === 'flowing' ? undefined : this.#state.cause;
  }

  refusal(): PoolUnavailableError {
    return new PoolUnavailableError(this.cause, this.retryAfter);
  }

  /** One attempt to create a connection. Never rejects. */
  async create(): Promise<Entry<T> | Dud> {
    const { options, registry } = this;
    if (this.#closed || registry.size + this.creating >= options.maxSize) return new Dud();
    const epoch = this.#epoch;
    const startedAt = options.clock.now();
    if (this.creating === 0 && startedAt - this.#createdAt > LULL) this.#window = INITIAL_WINDOW;
    const controller = new AbortController();
    this.creating++;
    this.#attempts.add(controller);
    try {
      const resource = await this.#attempt(controller.signal);
      return this.#admit(resource, startedAt);
    } catch (error) {
      // Only now: a factory may well tie the life of what it has created to the signal.
      controller.abort(error);
      if (!this.#closed && error !== SURPLUS) this.#fail(error, epoch === this.#epoch);
      return new Dud();
    } finally {
      this.creating--;
      this.#attempts.delete(controller);
    }
  }

  /** The backend is given another chance at once, as when nothing but a shrunk pool keeps creations from starting. */
  resume(): void {
    this.#become(FLOWING);
  }

  /** Gives up what is being created beyond `maxSize`, the latest first. */
  trim(): void {
    let surplus = this.registry.size + this.creating - this.options.maxSize;
    for (const attempt of [...this.#attempts].reverse()) {
      if (surplus-- <= 0) return;
      attempt.abort(SURPLUS);
    }
  }

  /** Creations under way are given up; what they bring all the same is destroyed. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    const error = new PoolClosedError();
    for (const controller of this.#attempts) controller.abort(error);
  }

  #attempt(signal: AbortSignal): Promise<T> {
    const { clock, createTimeout } = this.options;
    const created = new Promise<T>((resolve) => {
      resolve(this.factory.create({ signal }));
    });
    return withDeadline(clock, created, createTimeout, {
      onTimeout: () => new CreateTimeoutError(createTimeout),
      onLate: (resource) => {
        if (this.registry.get(resource) === undefined) this.discard(resource);
      },
      signal,
      ref: false,
    });
  }

  #admit(resource: T, startedAt: Milliseconds): Entry<T> {
    const { options, registry, counters } = this;
    if (registry.get(resource) !== undefined) throw new DuplicateConnectionError();
    const now = options.clock.now();
    const lifetime = options.maxLifetime * (1 - options.lifetimeJitter * options.random());
    const entry = new Entry(resource, now, now + lifetime, now - startedAt);
    registry.add(entry);
    this.#createdAt = now;
    counters.created++;
    counters.creation.record(now - startedAt);
    this.#window = Math.min(MAX_WINDOW, this.#window * 2);
    this.#become(FLOWING);
    return entry;
  }

  #fail(error: unknown, counts: boolean): void {
    const { options, counters } = this;
    counters.failures++;
    const before = this.#state;
    const failures = before.kind === 'flowing' ? 0 : before.failures;
    if (counts) {
      this.#epoch++;
      this.#window = INITIAL_WINDOW;
      const pause = backoffDelay(failures, {
        initial: options.retryDelay,
        max: options.maxRetryDelay,
        jitter: JITTER,
        random: options.random,
      });
      const kind = failures + 1 > options.maxRetries ? 'open' : 'retrying';
      const retryAt = options.clock.now() + pause;
      this.#become({ kind, failures: failures + 1, retryAt, cause: error });
      this.#timer?.cancel();
      this.#due = false;
      this.#timer = options.clock.setTimeout(() => {
        this.#due = true;
        this.onChange();
      }, pause);
    }
    options.logger.warn(`pool ${options.name}: a connection could not be created`, error);
    this.events.emit('createError', { error, attempt: counts ? failures + 1 : failures });
  }

  #become(state: SupplyState): void {
    const before = this.#state;
    this.#state = state;
    if (state.kind === 'flowing') this.#timer?.cancel();
    if (before.kind === 'open' && state.kind === 'flowing') {
      this.events.emit('breaker', { state: 'closed', cause: undefined });
    } else if (before.kind !== 'open' && state.kind === 'open') {
      this.events.emit('breaker', { state: 'open', cause: state.cause });
    }
  }
}
