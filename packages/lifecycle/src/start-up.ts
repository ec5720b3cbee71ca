import type { Clock } from '@spark-perf/core';

/** The programs under `run(main)` that have not finished starting. */
export class StartUp {
  readonly #clock: Clock;
  readonly #running = new Set<Promise<unknown>>();
  readonly #abort = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pending(): boolean {
    return this.#running.size > 0;
  }

  /** Runs `main`; its signal aborts when a shutdown begins. `report` gets the time it took. */
  async run<T>(
    main: (signal: AbortSignal) => T | PromiseLike<T>,
    report: (duration: number) => void,
  ): Promise<T> {
    const begin = this.#clock.now();
    // In the next microtask, so that `main` finds the start-up begun.
    const running = Promise.resolve().then(() => main(this.#abort.signal));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      if (!this.#abort.signal.aborted) report(this.#clock.now() - begin);
    }
  }

  /** Asks them to stop and resolves when they have. Never rejects. */
  async cancel(reason: Error): Promise<void> {
    this.#abort.abort(reason);
    await Promise.allSettled(this.#running);
  }
}
