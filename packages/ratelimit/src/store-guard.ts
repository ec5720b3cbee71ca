import type { CircuitState, CircuitTicket, Clock, Milliseconds, QueueNode, Random } from '@spark-perf/core';
import { CircuitBreaker } from '@spark-perf/core';
import type { Expiring } from './deadline-queue.js';
import { DeadlineQueue } from './deadline-queue.js';

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
  readonly #deadlines: DeadlineQueue;
  #errors = 0;

  constructor(options: StoreGuardOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#deadlines = new DeadlineQueue(clock, options.timeout);
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
   * Calls the store and hands the answer to `use`, or `undefined` when the store is out of reach. Rejects only with what
   * `use` throws.
   * @param onLate gets an answer that came after the deadline
   */
  run<T extends object, R>(
    call: () => Promise<T>,
    use: (value: T | undefined) => R,
    onLate?: (value: T) => void,
  ): Promise<R> {
    const ticket = this.#breaker.enter();
    if (ticket === undefined) return new Promise((resolve) => resolve(use(undefined)));
    return new Promise((resolve, reject) => {
      let waiting: QueueNode<Expiring> | undefined;
      // One function for all ends: on a busy server each closure of each call counts.
      const settle = (value: T | undefined, error?: unknown): void => {
        if (waiting === undefined) {
          if (value !== undefined) onLate?.(value);
          return;
        }
        this.#deadlines.remove(waiting);
        waiting = undefined;
        if (value === undefined) this.#failed(ticket, error);
        else this.#breaker.succeed(ticket);
        try {
          resolve(use(value));
        } catch (thrown) {
          reject(thrown);
        }
      };
      waiting = this.#deadlines.add(settle);
      started(call).then(settle, (error: unknown) => settle(undefined, error));
    });
  }

  #failed(ticket: CircuitTicket, error: unknown): void {
    this.#errors++;
    this.#breaker.fail(ticket);
    this.#options.onError(error);
  }
}

/** A store that throws instead of rejecting is out of reach all the same. */
function started<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}
