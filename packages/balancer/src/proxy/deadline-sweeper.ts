import type { Clock, Milliseconds } from '@spark-perf/core';

/** Somebody with a deadline, which may move at any time without telling. */
export interface Sweepable {
  /** `Infinity`: none. */
  deadline: Milliseconds;
  /** Where the sweeper keeps it; −1: nowhere. The sweeper's alone. */
  slot: number;
  onDeadline(now: Milliseconds): void;
}

/**
 * One coarse timer for all deadlines: moving one is a write to a field, and no request has a timer of its own. A
 * deadline is late by at most one `period`. A sweep is O(entries). The timer ends by itself when there are none.
 */
export class DeadlineSweeper {
  // Not a Set: with entries that come and go V8 keeps its outgrown tables linked, and each that has grown old keeps
  // all later ones, with the requests in them, from being collected young.
  readonly #entries: Sweepable[] = [];
  readonly #clock: Clock;
  readonly #period: Milliseconds;
  readonly #onSwept: () => void;
  #armed = false;

  constructor(clock: Clock, period: Milliseconds, onSwept: () => void) {
    this.#clock = clock;
    this.#period = period;
    this.#onSwept = onSwept;
  }

  get size(): number {
    return this.#entries.length;
  }

  add(entry: Sweepable): void {
    entry.slot = this.#entries.push(entry) - 1;
    this.#arm();
  }

  delete(entry: Sweepable): void {
    // The timer runs out by itself: requests come and go faster than it fires.
    const { slot } = entry;
    if (slot === -1) return;
    entry.slot = -1;
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    this.#entries[slot] = last;
    last.slot = slot;
  }

  readonly #sweep = (): void => {
    this.#armed = false;
    const now = this.#clock.now();
    // Backwards: one that is deleted makes place for the last, which has been looked at.
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry !== undefined && entry.deadline <= now) entry.onDeadline(now);
    }
    this.#onSwept();
    if (this.#entries.length > 0) this.#arm();
  };

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#clock.setTimeout(this.#sweep, this.#period);
  }
}

/** Fine enough for the shortest of the timeouts, coarse enough to cost nothing. */
export function sweepPeriod(timeouts: readonly Milliseconds[]): Milliseconds {
  const shortest = Math.min(...timeouts.filter((timeout) => timeout > 0), 10_000);
  return Math.max(5, Math.min(500, shortest / 10));
}
