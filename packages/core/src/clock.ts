import { performance } from 'node:perf_hooks';
import type { Milliseconds } from './units.js';

/** A pending timer. */
export interface Timer {
  /** Idempotent; does nothing once the timer has fired. */
  cancel(): void;
}

export interface TimerOptions {
  /**
   * Whether the timer keeps the process alive. Set it for deadlines that a pending promise or a running
   * shutdown waits for, or Node exits before they fire.
   * @default false
   */
  readonly ref?: boolean | undefined;
}

/** The one source of time. */
export interface Clock {
  /** Monotonic, from an arbitrary origin. Durations come from here. */
  now(): Milliseconds;
  /** Time since the Unix epoch; may step. Only for protocols that need a date. */
  wallNow(): Milliseconds;
  /** Calls `fn` once after `ms`. Any finite delay works, also beyond the 2^31 − 1 of Node's timers. */
  setTimeout(fn: () => void, ms: Milliseconds, options?: TimerOptions): Timer;
}

/** Node fires timers with a longer delay at once. */
const MAX_DELAY: Milliseconds = 2 ** 31 - 1;

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout | undefined;

  constructor(fn: () => void, ms: Milliseconds, ref: boolean) {
    this.#arm(fn, ms, ref);
  }

  #arm(fn: () => void, ms: Milliseconds, ref: boolean): void {
    this.#handle =
      ms > MAX_DELAY ? setTimeout(() => this.#arm(fn, ms - MAX_DELAY, ref), MAX_DELAY) : setTimeout(fn, ms);
    if (!ref) this.#handle.unref();
  }

  cancel(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }
}

/** The machine's clock. `performance` is imported: the global of that name is a getter, which would cost a seventh more. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimeout: (fn: () => void, ms: Milliseconds, options?: TimerOptions): Timer =>
    new SystemTimer(fn, ms, options?.ref === true),
});
