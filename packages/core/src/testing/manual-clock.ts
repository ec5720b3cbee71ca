import type { Clock, Timer, TimerOptions } from '../clock.js';
import type { Milliseconds } from '../units.js';

interface Pending {
  readonly at: Milliseconds;
  readonly order: number;
  readonly fn: () => void;
  readonly ref: boolean;
}

export interface ManualClockOptions {
  /** Where `now()` starts. @default 0 */
  readonly now?: Milliseconds;
  /** Where `wallNow()` starts. @default 1_700_000_000_000 */
  readonly wall?: Milliseconds;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: Milliseconds;
  #wallOffset: Milliseconds;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(options: ManualClockOptions = {}) {
    this.#now = options.now ?? 0;
    this.#wallOffset = (options.wall ?? 1_700_000_000_000) - this.#now;
  }

  now(): Milliseconds {
    return this.#now;
  }

  wallNow(): Milliseconds {
    return this.#now + this.#wallOffset;
  }

  setTimeout(fn: () => void, ms: Milliseconds, options?: TimerOptions): Timer {
    // Node treats what is below 1 ms, or no number, as 1 ms.
    const entry: Pending = {
      at: this.#now + (ms >= 1 ? ms : 1),
      order: this.#order++,
      fn,
      ref: options?.ref === true,
    };
    this.#pending.add(entry);
    return { cancel: () => void this.#pending.delete(entry) };
  }

  /** Timers that have not fired. */
  get timers(): number {
    return this.#pending.size;
  }

  /** Of those, the ones that would keep the process alive. */
  get refTimers(): number {
    return [...this.#pending].filter((entry) => entry.ref).length;
  }

  /** Sets the wall clock off by `ms`, as an administrator or NTP would; `now()` does not notice. */
  stepWall(ms: Milliseconds): void {
    this.#wallOffset += ms;
  }

  /** Moves `now()` without firing a timer, also backwards: a broken monotonic clock, a suspended machine. */
  stepNow(ms: Milliseconds): void {
    this.#now += ms;
    this.#wallOffset -= ms;
  }

  /**
   * Moves time on, firing the timers that fall due, each at its time, and letting the promises that a timer
   * settles run their course before the next one fires: a chain of waits is exact. Await it.
   */
  async advance(ms: Milliseconds): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#fire(next);
      await settle();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** The same at once, for code without promises: all due timers have fired when it returns. */
  advanceSync(ms: Milliseconds): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) this.#fire(next);
    this.#now = Math.max(this.#now, end);
  }

  #next(end: Milliseconds): Pending | undefined {
    let first: Pending | undefined;
    for (const entry of this.#pending) {
      if (entry.at > end) continue;
      if (first === undefined || entry.at < first.at || (entry.at === first.at && entry.order < first.order))
        first = entry;
    }
    return first;
  }

  #fire(entry: Pending): void {
    this.#pending.delete(entry);
    if (entry.at > this.#now) this.#now = entry.at;
    entry.fn();
  }
}

/** Lets promise chains, and what they hand to `setImmediate`, run dry. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
