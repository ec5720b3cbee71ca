import type { Clock, Milliseconds } from '@spark-perf/core';

/** Wakes those who wait for a change of a key. */
export class ChangeBell {
  readonly #clock: Clock;
  readonly #waiters = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keys somebody waits for. */
  get size(): number {
    return this.#waiters.size;
  }

  wait(key: string, timeout: Milliseconds, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(key) ?? new Set();
      this.#waiters.set(key, waiters);
      const wake = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', wake);
        waiters.delete(wake);
        if (waiters.size === 0 && this.#waiters.get(key) === waiters) this.#waiters.delete(key);
        resolve();
      };
      const timer = this.#clock.setTimeout(wake, timeout, { ref: true });
      signal.addEventListener('abort', wake);
      waiters.add(wake);
    });
  }

  ring(key: string): void {
    for (const wake of [...(this.#waiters.get(key) ?? [])]) wake();
  }

  ringAll(): void {
    for (const key of [...this.#waiters.keys()]) this.ring(key);
  }
}
