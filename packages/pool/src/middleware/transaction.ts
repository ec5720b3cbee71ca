import { withDeadline } from '@spark-perf/core';
import { CommitError } from '../errors.js';
import type { ConnectionPoolEvents } from '../events.js';
import type { PoolAccess } from './pool-access.js';

type Step = ConnectionPoolEvents['transactionError']['step'];

/** A connection's transaction: begun once, ended once. */
export class Transaction<T> {
  #over = false;

  constructor(
    private readonly pool: PoolAccess<T>,
    private readonly connection: T,
  ) {}

  /** Whether it has been ended, or an end was tried. */
  get over(): boolean {
    return this.#over;
  }

  /** @throws what the factory's `begin` threw. */
  begin(): Promise<void> {
    return this.#step('begin');
  }

  /** @throws CommitError */
  async commit(): Promise<void> {
    this.#over = true;
    try {
      await this.#step('commit');
    } catch (error) {
      throw new CommitError(error);
    }
  }

  /** @throws what the factory's `rollback` threw. */
  rollback(): Promise<void> {
    this.#over = true;
    return this.#step('rollback');
  }

  async #step(step: Step): Promise<void> {
    const { factory, options, events } = this.pool;
    const { clock, resetTimeout, logger, name } = options;
    try {
      const done = new Promise<unknown>((resolve) => {
        resolve(factory[step]?.(this.connection));
      });
      await withDeadline(clock, done, resetTimeout, {
        onTimeout: () => new Error(`The factory's ${step} took longer than ${resetTimeout} ms`),
        ref: false,
      });
    } catch (error) {
      logger.error(`pool ${name}: ${step} failed`, error);
      events.emit('transactionError', { step, error });
      throw error;
    }
  }
}
