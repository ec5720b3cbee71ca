import { backoffDelay } from './backoff.js';
import type { CircuitBreakerEvents } from './circuit-breaker-events.js';
import type { CircuitBreakerMiddlewareOptions } from './circuit-breaker-middleware.js';
import { circuitBreakerMiddleware } from './circuit-breaker-middleware.js';
import type { BreakerState, CircuitBreakerStats, CircuitState, CircuitTicket } from './circuit-state.js';
import { CLOSED } from './circuit-state.js';
import type { CircuitBreakerOptions, ResolvedCircuitBreakerOptions } from './circuit-breaker-options.js';
import { resolveCircuitBreakerOptions } from './circuit-breaker-options.js';
import type { EventSource, Listener, Unsubscribe } from './emitter.js';
import { Emitter } from './emitter.js';
import { SparkPerfError } from './errors.js';
import { FailureRateWindow } from './failure-rate-window.js';
import type { MetricFamily } from './metric-family.js';
import type { Middleware } from './middleware.js';
import type { Milliseconds } from './units.js';

/** The circuit is open: the call was refused without being tried. */
export class CircuitOpenError extends SparkPerfError<'SPARK_CIRCUIT_OPEN'> {
  constructor(
    /** When the next probe may go. */
    readonly retryAfter: Milliseconds,
  ) {
    super('SPARK_CIRCUIT_OPEN', `The circuit is open for another ${Math.ceil(retryAfter)} ms`);
  }
}

/**
 * Stops calling a dependency that fails, and finds out by single probes when it is back. The state machine of
 * M. Nygard's "Release It!": closed → open → half-open → closed or open again, for twice as long.
 */
export class CircuitBreaker implements EventSource<CircuitBreakerEvents> {
  readonly #options: ResolvedCircuitBreakerOptions;
  readonly #events = new Emitter<CircuitBreakerEvents>();
  readonly #window: FailureRateWindow | undefined;
  #state: BreakerState = CLOSED;
  // Grows with every transition: what a call of an earlier state reports late is counted, and moves nothing.
  #generation: CircuitTicket = 1;
  #consecutive = 0;
  #successes = 0;
  #failures = 0;
  #rejected = 0;
  #opened = 0;

  /** @throws InvalidOptionError */
  constructor(options?: CircuitBreakerOptions) {
    this.#options = resolveCircuitBreakerOptions(options);
    if (this.#options.failureRate !== undefined) this.#window = new FailureRateWindow(this.#options.window);
  }

  /** `half-open` from the moment a probe is under way. */
  get state(): CircuitState {
    return this.#state.kind;
  }

  /** Time until a probe may go; 0 when calls pass. */
  get retryAfter(): Milliseconds {
    const state = this.#state;
    if (state.kind === 'closed') return 0;
    const at = state.kind === 'open' ? state.until : state.probeUntil;
    return Math.max(0, at - this.#options.clock.now());
  }

  on<K extends keyof CircuitBreakerEvents>(
    event: K,
    listener: Listener<CircuitBreakerEvents[K]>,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /**
   * Asks to make a call. A ticket must be given to `succeed`, `fail` or `ignore` once; `undefined` is a refusal.
   * For callers whose call is not one promise; others use `execute`.
   */
  enter(): CircuitTicket | undefined {
    const state = this.#state;
    if (state.kind === 'closed') return this.#generation;
    const now = this.#options.clock.now();
    if (now < (state.kind === 'open' ? state.until : state.probeUntil)) {
      this.#rejected++;
      return undefined;
    }
    this.#become({
      kind: 'half-open',
      since: state.since,
      attempt: state.attempt,
      probeUntil: now + this.#options.maxOpenDuration,
    });
    if (state.kind === 'open') this.#events.emit('halfOpen', { openedFor: now - state.since });
    return this.#generation;
  }

  /** The call went well. */
  succeed(ticket: CircuitTicket): void {
    this.#successes++;
    if (ticket !== this.#generation) return;
    const state = this.#state;
    this.#consecutive = 0;
    if (state.kind === 'closed') this.#window?.record(this.#options.clock.now(), false);
    else this.#close(state.since);
  }

  /** The dependency failed the call. */
  fail(ticket: CircuitTicket): void {
    this.#failures++;
    if (ticket !== this.#generation) return;
    const state = this.#state;
    this.#consecutive++;
    if (state.kind !== 'closed') this.#open('probe', state.attempt + 1, state.since);
    else if (this.#consecutive >= this.#options.failureThreshold) this.#open('consecutive', 0);
    else if (this.#rateExceeded()) this.#open('rate', 0);
  }

  /** The call told nothing, as when its caller gave up. A probe's place is free again. */
  ignore(ticket: CircuitTicket): void {
    const state = this.#state;
    if (ticket !== this.#generation || state.kind === 'closed') return;
    this.#become({
      kind: 'open',
      since: state.since,
      until: this.#options.clock.now(),
      attempt: state.attempt,
    });
  }

  /**
   * Calls `fn` unless the circuit is open. `fallback` answers for a refusal and for a failure.
   * @throws CircuitOpenError when refused and without a fallback; what `fn` throws.
   */
  async execute<T, F = T>(
    fn: () => T | PromiseLike<T>,
    options: { readonly fallback?: ((error: unknown) => F | PromiseLike<F>) | undefined } = {},
  ): Promise<T | F> {
    const ticket = this.enter();
    if (ticket === undefined) {
      const refusal = new CircuitOpenError(this.retryAfter);
      if (options.fallback === undefined) throw refusal;
      return options.fallback(refusal);
    }
    let value: T;
    try {
      value = await fn();
    } catch (error) {
      // A judge that throws must not lose the ticket of a probe.
      let failure = true;
      try {
        failure = this.#options.isFailure(error);
      } finally {
        if (failure) this.fail(ticket);
        else this.succeed(ticket);
      }
      if (failure && options.fallback !== undefined) return options.fallback(error);
      throw error;
    }
    this.succeed(ticket);
    return value;
  }

  /** Answers 503 or runs a fallback while the circuit is open; judges by how responses end. */
  middleware(options?: CircuitBreakerMiddlewareOptions): Middleware {
    return circuitBreakerMiddleware(this, options);
  }

  getStats(): CircuitBreakerStats {
    return {
      state: this.#state.kind,
      successes: this.#successes,
      failures: this.#failures,
      rejected: this.#rejected,
      opened: this.#opened,
      consecutiveFailures: this.#consecutive,
      retryAfter: this.retryAfter,
    };
  }

  collect(): MetricFamily[] {
    const sample = (outcome: string, value: number) => ({ labels: { outcome }, value });
    return [
      {
        name: 'spark_circuit_breaker_calls',
        type: 'counter',
        help: 'Calls by outcome.',
        samples: [
          sample('success', this.#successes),
          sample('failure', this.#failures),
          sample('rejected', this.#rejected),
        ],
      },
      {
        name: 'spark_circuit_breaker_open',
        type: 'gauge',
        help: '1 while the circuit is open or half-open.',
        samples: [{ labels: {}, value: this.#state.kind === 'closed' ? 0 : 1 }],
      },
    ];
  }

  #rateExceeded(): boolean {
    const { failureRate, minimumCalls, clock } = this.#options;
    if (this.#window === undefined || failureRate === undefined) return false;
    const now = clock.now();
    this.#window.record(now, true);
    const calls = this.#window.calls(now);
    return calls >= minimumCalls && this.#window.failures(now) / calls >= failureRate;
  }

  #open(reason: CircuitBreakerEvents['open']['reason'], attempt: number, since?: Milliseconds): void {
    const { openDuration: initial, maxOpenDuration: max, jitter, random, clock } = this.#options;
    const openFor = backoffDelay(attempt, { initial, max, jitter, random });
    const now = clock.now();
    this.#become({ kind: 'open', since: since ?? now, until: now + openFor, attempt });
    this.#opened++;
    this.#events.emit('open', { openFor, reason });
  }

  #close(since: Milliseconds): void {
    this.#become(CLOSED);
    this.#window?.clear();
    this.#events.emit('close', { openedFor: this.#options.clock.now() - since });
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#generation++;
  }
}
