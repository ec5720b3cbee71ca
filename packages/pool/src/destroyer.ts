import type { Emitter } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import type { ConnectionPoolEvents } from './events.js';
import type { ConnectionFactory } from './factory.js';
import type { ResolvedOptions } from './resolve-options.js';

/** Ends connections under a deadline, and knows which are not yet ended. */
export class Destroyer<T> {
  readonly #pending = new Set<Promise<void>>();

  constructor(
    private readonly factory: ConnectionFactory<T>,
    private readonly options: ResolvedOptions,
    private readonly events: Emitter<ConnectionPoolEvents<T>>,
  ) {}

  /** Settles when the connection is ended or the deadline has passed. Never rejects. */
  destroy(resource: T): Promise<void> {
    const pending = this.#destroy(resource).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
    return pending;
  }

  /** Settles when nothing is being destroyed any more. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async #destroy(resource: T): Promise<void> {
    const { clock, destroyTimeout, logger, name } = this.options;
    try {
      const destroyed = new Promise<unknown>((resolve) => {
        resolve(this.factory.destroy(resource));
      });
      await withDeadline(clock, destroyed, destroyTimeout, {
        onTimeout: () => new Error(`The factory's destroy took longer than ${destroyTimeout} ms`),
        ref: false,
      });
    } catch (error) {
      logger.warn(`pool ${name}: a connection could not be destroyed`, error);
      this.events.emit('destroyError', { connection: resource, error });
    }
  }
}
