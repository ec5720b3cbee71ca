import type { Clock, Milliseconds, QueueNode, Timer } from '@spark-perf/core';
import { LinkedQueue } from '@spark-perf/core';
import { RateLimitStoreTimeoutError } from './errors.js';

/** Something that must be over by a time. */
export interface Expiring {
  readonly deadline: Milliseconds;
  /** Told when it was not. */
  readonly settle: (value: undefined, error: RateLimitStoreTimeoutError) => void;
}

/**
 * Deadlines of calls that all have the same timeout, and so fall due in the order of the calls: one timer for the first,
 * instead of one for each.
 */
export class DeadlineQueue {
  readonly #clock: Clock;
  readonly #timeout: Milliseconds;
  readonly #queue = new LinkedQueue<Expiring>();
  #timer: Timer | undefined;

  constructor(clock: Clock, timeout: Milliseconds) {
    this.#clock = clock;
    this.#timeout = timeout;
  }

  add(settle: Expiring['settle']): QueueNode<Expiring> {
    const entry = { deadline: this.#clock.now() + this.#timeout, settle };
    const node = this.#queue.push(entry);
    if (this.#timer === undefined) this.#arm(entry);
    return node;
  }

  /** It is over. The timer stays while others wait; the process must not be kept alive for nothing. */
  remove(node: QueueNode<Expiring>): void {
    this.#queue.remove(node);
    if (this.#queue.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(first: Expiring): void {
    const fire = (): void => this.#fire();
    this.#timer = this.#clock.setTimeout(fire, first.deadline - this.#clock.now(), { ref: true });
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    // Timers may fire a fraction of a millisecond early.
    for (let first = this.#queue.peek(); first !== undefined; first = this.#queue.peek()) {
      if (first.deadline > now + 1) {
        this.#arm(first);
        return;
      }
      this.#queue.shift();
      first.settle(undefined, new RateLimitStoreTimeoutError(this.#timeout));
    }
  }
}
