import type { CircuitState, Clock, Milliseconds, Random } from '@spark-perf/core';
import { CircuitBreaker, withDeadline } from '@spark-perf/core';
import { RateLimitStoreTimeoutError } from './errors.js';

export interface StoreGuardOptions {
  readonly timeout: Milliseconds;
  readonly clock: Clock;
  readonly random: Random;
  readonly onError: (error: unknown) => void;
  readonly onRecovered: (downFor: Milliseconds) => void;
}

/**
 * Stands before an asynchronous store: each call has a deadline, and after one failure nobody is made to wait again, but
 * for one probe at a time.
 */
export class StoreGuard {
  readonly #options: StoreGuardOptions;
  readonly #breaker: CircuitBreaker;
  #errors = 0;

  constructor(options: StoreGuardOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#breaker = new CircuitBreaker({
      failureThreshold: 1,
      openDuration: 500,
      maxOpenDuration: 5_000,
      clock,
      random,
    });
    this.#breaker.on('close', ({ openedFor }) => options.onRecovered(openedFor));
  }

  get errors(): number {
    return this.#errors;
  }

  get state(): CircuitState {
    return this.#breaker.state;
  }

  get retryAfter(): Milliseconds {
    return this.#breaker.retryAfter;
  }

  /**
   * Calls the store; `undefined` when it is out of reach.
   * @param onLate gets an answer that came after the deadline
   */
  async run<T>(
    call: () => Promise<T>,
    onLate?: (value: T) => void,
  ): Promise<{ readonly value: T } | undefined> {
    const ticket = this.#breaker.enter();
    if (ticket === undefined) return undefined;
    const { clock, timeout } = this.#options;
    const onTimeout = () => new RateLimitStoreTimeoutError(timeout);
    try {
      const value = await withDeadline(clock, call(), timeout, { onTimeout, onLate });
      this.#breaker.succeed(ticket);
      return { value };
    } catch (error) {
      this.#errors++;
      this.#breaker.fail(ticket);
      this.#options.onError(error);
      return undefined;
    }
  }
}
