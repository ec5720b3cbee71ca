import type { Clock, Emitter, Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import { AsyncLocalStorage } from 'node:async_hooks';
import { CleanupTimeoutError } from './errors.js';
import type { ResourceManagerEvents } from './events.js';

interface Inside {
  readonly resource: string;
  readonly outer: Inside | undefined;
}

/**
 * Runs cleanups one by one or side by side, each within its time. Remembers which cleanup the current code runs in, so
 * that a cleanup which waits for its own end can be told not to.
 */
export class CleanupRunner {
  readonly #clock: Clock;
  readonly #events: Emitter<ResourceManagerEvents>;
  readonly #inside = new AsyncLocalStorage<Inside>();
  #running = 0;
  readonly counts = { done: 0, failed: 0, timedOut: 0 };

  constructor(clock: Clock, events: Emitter<ResourceManagerEvents>) {
    this.#clock = clock;
    this.#events = events;
  }

  /** Whether the caller runs inside a cleanup (of `resource`, when given). */
  isInside(resource?: string): boolean {
    let inside = this.#inside.getStore();
    while (inside !== undefined && resource !== undefined && inside.resource !== resource)
      inside = inside.outer;
    return inside !== undefined;
  }

  /** Rejects with what the cleanup threw, or with `CleanupTimeoutError`. */
  async run(
    scope: 'shutdown' | 'unregister',
    resource: string,
    cleanup: () => unknown,
    timeout: Milliseconds,
  ): Promise<void> {
    const begin = this.#clock.now();
    const outer = this.#inside.getStore();
    this.#running += 1;
    try {
      const result = this.#inside.run({ resource, outer }, cleanup);
      if (isThenable(result)) {
        await withDeadline(this.#clock, result, timeout, {
          onTimeout: () => new CleanupTimeoutError(resource, timeout),
        });
      }
      this.counts.done += 1;
      this.#events.emit('cleanup', { resource, duration: this.#clock.now() - begin });
    } catch (error) {
      if (error instanceof CleanupTimeoutError) this.counts.timedOut += 1;
      else this.counts.failed += 1;
      this.#events.emit('cleanupError', { scope, resource, error });
      throw error;
    } finally {
      this.#leave();
    }
  }

  /**
   * Up to Node 22 a storage that was used once makes every promise of the process several times as dear, also for a
   * cleanup that was given up and never ends.
   */
  #leave(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#inside.disable();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
