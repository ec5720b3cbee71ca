import type { Clock, Milliseconds } from '@spark-perf/core';
import { CircuitBreaker, SparkPerfError, withDeadline } from '@spark-perf/core';
import type { ClaimRequest, ClaimResult, DedupeStore, SettleRequest } from './dedupe-store.js';
import type { OwnerToken } from './dedupe-state.js';

/** The store did not answer in time. */
export class DedupeStoreTimeoutError extends SparkPerfError<'SPARK_DEDUPE_STORE_TIMEOUT'> {
  constructor(readonly timeout: Milliseconds) {
    super('SPARK_DEDUPE_STORE_TIMEOUT', `The store did not answer within ${timeout} ms`);
  }
}

export interface GuardedStoreOptions {
  readonly timeout: Milliseconds;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  readonly onRecovered: () => void;
}

/** A store outside of this process: each call has a deadline, and while it is down a circuit answers at once. */
export class GuardedStore {
  readonly #store: DedupeStore;
  readonly #options: GuardedStoreOptions;
  readonly #breaker: CircuitBreaker;

  constructor(store: DedupeStore, options: GuardedStoreOptions) {
    this.#store = store;
    this.#options = options;
    const { clock } = options;
    this.#breaker = new CircuitBreaker({
      failureThreshold: 2,
      openDuration: 500,
      maxOpenDuration: 2_000,
      clock,
    });
    this.#breaker.on('close', () => options.onRecovered());
  }

  /** Time until the store is tried again; 0 while it is well. */
  get retryAfter(): Milliseconds {
    return this.#breaker.retryAfter;
  }

  /** A claim that succeeds after its deadline is given back. @throws when the store is down. */
  claim(id: string, request: ClaimRequest): Promise<ClaimResult> {
    return this.#call(
      () => this.#store.claim(id, request),
      (late) => {
        if (late.kind === 'claimed') void this.#store.release(id, request.token).catch(() => {});
      },
    );
  }

  renew(id: string, token: OwnerToken, lease: Milliseconds): Promise<boolean> {
    return this.#call(() => this.#store.renew(id, token, lease));
  }

  settle(id: string, token: OwnerToken, request: SettleRequest): Promise<boolean> {
    return this.#call(() => this.#store.settle(id, token, request));
  }

  release(id: string, token: OwnerToken): Promise<boolean> {
    return this.#call(() => this.#store.release(id, token));
  }

  wait(id: string, options: { timeout: Milliseconds; signal: AbortSignal }): Promise<void> {
    return this.#store.wait(id, options);
  }

  #call<T>(operation: () => Promise<T>, onLate?: (value: T) => void): Promise<T> {
    const { timeout, clock, onError } = this.#options;
    return this.#breaker.execute(async () => {
      try {
        const onTimeout = (): Error => new DedupeStoreTimeoutError(timeout);
        return await withDeadline(clock, operation(), timeout, { onTimeout, onLate });
      } catch (error) {
        onError(error);
        throw error;
      }
    });
  }
}
