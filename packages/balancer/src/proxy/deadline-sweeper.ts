import type { Clock, Milliseconds, Timer } from '@spark-perf/core';

/** Somebody with a deadline, which may move at any time without telling. */
export interface Sweepable {
  /** `Infinity`: none. */
  deadline: Milliseconds;
  onDeadline(now: Milliseconds): void;
}

/**
 * One coarse timer for all deadlines: moving one is a write to a field, and no request has a timer of its own. A
 * deadline is late by at most one `period`. A sweep is O(entries).
 */
export class DeadlineSweeper {
  readonly #entries = new Set<Sweepable>();
  readonly #clock: Clock;
  readonly #period: Milliseconds;
  #timer: Timer | undefined;

  constructor(clock: Clock, period: Milliseconds) {
    this.#clock = clock;
    this.#period = period;
  }

  get size(): number {
    return this.#entries.size;
  }

  add(entry: Sweepable): void {
    this.#entries.add(entry);
    this.#timer ??= this.#clock.setTimeout(this.#sweep, this.#period);
  }

  delete(entry: Sweepable): void {
    // The timer runs out by itself: requests come and go faster than it fires.
    this.#entries.delete(entry);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #sweep = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const entry of this.#entries) {
      if (entry.deadline <= now) entry.onDeadline(now);
    }
    if (this.#entries.size > 0) this.#timer ??= this.#clock.setTimeout(this.#sweep, this.#period);
  };
}

/** Fine enough for the shortest of the timeouts, coarse enough to cost nothing. */
export function sweepPeriod(timeouts: readonly Milliseconds[]): Milliseconds {
  const shortest = Math.min(...timeouts.filter((timeout) => timeout > 0), 10_000);
  return Math.max(5, Math.min(500, shortest / 10));
}
