import type { Clock, Milliseconds, Timer } from '@spark-perf/core';
import { LinkedQueue } from '@spark-perf/core';
import type { Waiter } from './waiter.js';

/** Node's timers may fire this much early. */
const EARLY: Milliseconds = 1;

/**
 * Waiters, first in first out per priority. Joining, being served, giving up: each O(1). All deadlines share one timer,
 * which looks at every waiter when it fires; it is armed for the earliest deadline and left alone when that waiter is
 * served, so that busy queues don't touch timers at all.
 */
export class WaiterQueue<T> {
  /** How many wait. */
  size = 0;
  readonly #clock: Clock;
  readonly #onTimeout: (waiter: Waiter<T>, now: Milliseconds) => void;
  readonly #levels: LinkedQueue<Waiter<T>>[] = [new LinkedQueue()];
  #timer: Timer | undefined;
  #firesAt: Milliseconds = Infinity;

  /** `onTimeout` gets each waiter whose deadline has passed, already out of the queue. */
  constructor(clock: Clock, onTimeout: (waiter: Waiter<T>, now: Milliseconds) => void) {
    this.#clock = clock;
    this.#onTimeout = onTimeout;
  }

  push(waiter: Waiter<T>): void {
    while (this.#levels.length <= waiter.priority) this.#levels.push(new LinkedQueue());
    waiter.node = this.#levels[waiter.priority]!.push(waiter);
    this.size++;
    if (waiter.deadline < this.#firesAt) this.#arm(waiter.deadline);
  }

  /** Leaves when the signal aborts: `onAbort` is called with the waiter out of the queue. */
  leaveOnAbort(waiter: Waiter<T>, signal: AbortSignal, onAbort: () => void): void {
    const listener = (): void => {
      if (!this.#remove(waiter)) return;
      waiter.reject(signal.reason);
      this.rest();
      onAbort();
    };
    signal.addEventListener('abort', listener, { once: true });
    waiter.unlisten = () => signal.removeEventListener('abort', listener);
  }

  /** The next to be served, out of the queue. */
  shift(): Waiter<T> | undefined {
    if (this.size === 0) return undefined;
    const levels = this.#levels;
    for (let i = 0; i < levels.length; i++) {
      const waiter = levels[i]!.shift();
      if (waiter === undefined) continue;
      this.size--;
      waiter.node = undefined;
      waiter.unlisten?.();
      return waiter;
    }
    return undefined;
  }

  rejectAll(error: () => Error): void {
    for (let waiter = this.shift(); waiter !== undefined; waiter = this.shift()) waiter.reject(error());
    this.rest();
  }

  /** Lets go of the timer, which keeps the process alive, when nobody waits. */
  rest(): void {
    if (this.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#firesAt = Infinity;
  }

  #remove(waiter: Waiter<T>): boolean {
    if (waiter.node === undefined || !this.#levels[waiter.priority]!.remove(waiter.node)) return false;
    this.size--;
    waiter.node = undefined;
    waiter.unlisten?.();
    return true;
  }

  #arm(at: Milliseconds): void {
    this.#timer?.cancel();
    this.#firesAt = at;
    this.#timer = this.#clock.setTimeout(this.#expire, Math.max(0, at - this.#clock.now()), { ref: true });
  }

  readonly #expire = (): void => {
    const now = this.#clock.now();
    // The timer's delay has passed for certain: where the clock says otherwise, it was set back, and the deadlines,
    // which it had set, go back with it.
    const setBack = this.#firesAt - now > EARLY ? this.#firesAt - now : 0;
    this.#timer = undefined;
    this.#firesAt = Infinity;
    let next = Infinity;
    for (const level of this.#levels) {
      for (const waiter of level) {
        waiter.deadline -= setBack;
        if (waiter.deadline > now + EARLY) next = Math.min(next, waiter.deadline);
        else if (this.#remove(waiter)) this.#onTimeout(waiter, now);
      }
    }
    if (next < this.#firesAt) this.#arm(next);
  };
}
