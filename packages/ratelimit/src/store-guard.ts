import type { CircuitState, CircuitTicket, Clock, Milliseconds, QueueNode, Random } from '@spark-perf/core';
import { CircuitBreaker } from '@spark-perf/core';
import type { Expiring } from './deadline-queue.js';
import { DeadlineQueue } from './deadline-queue.js';
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
  readonly #deadlines: DeadlineQueue;
  #errors = 0;

  constructor(options: StoreGuardOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#deadlines = new DeadlineQueue(clock);
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
   * Calls the store; `undefined` when it is out of reach. Never rejects.
   * @param onLate gets an answer that came after the deadline
   */
  run<T extends object>(call: () => Promise<T>, onLate?: (value: T) => void): Promise<T | undefined> {
    const ticket = this.#breaker.enter();
    if (ticket === undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const { clock, timeout } = this.#options;
      let waiting: QueueNode<Expiring> | undefined;
      const fail = (error: unknown): void => {
        if (waiting === undefined) return;
        this.#deadlines.remove(waiting);
        waiting = undefined;
        this.#failed(ticket, error);
        resolve(undefined);
      };
      const expire = (): void => fail(new RateLimitStoreTimeoutError(timeout));
      waiting = this.#deadlines.add({ deadline: clock.now() + timeout, expire });
      started(call).then((value) => {
        if (waiting === undefined) {
          onLate?.(value);
          return;
        }
        this.#deadlines.remove(waiting);
        waiting = undefined;
        this.#breaker.succeed(ticket);
        resolve(value);
      }, fail);
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
