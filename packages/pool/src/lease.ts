import type { Dispatcher } from './dispatcher.js';
import type { DestroyReason } from './entry-state.js';
import type { Entry } from './entry.js';
import { LeaseEndedError } from './errors.js';

/**
 * The right to use a connection until it is given back. Unlike a bare connection it knows when it is over: giving it
 * back again, or late, does nothing, whoever has the connection by then.
 */
export class Lease<T> implements Disposable, AsyncDisposable {
  readonly #pool: Dispatcher<T>;
  readonly #entry: Entry<T>;
  readonly #generation: number;

  /** @internal */
  constructor(pool: Dispatcher<T>, entry: Entry<T>) {
    this.#pool = pool;
    this.#entry = entry;
    this.#generation = entry.generation;
  }

  /** Whether the connection is still the lease's. */
  get active(): boolean {
    return this.#entry.generation === this.#generation;
  }

  /** The connection. @throws LeaseEndedError after the end of the lease. */
  get resource(): T {
    if (!this.active) throw new LeaseEndedError();
    return this.#entry.resource;
  }

  /** Gives the connection back. `error` is what its use ended with: a fatal one destroys it. A second call does nothing. */
  release(error?: unknown): void {
    if (this.active) this.#pool.giveBack(this.#entry, error);
  }

  /** Gives the connection up for good. Settles when it is destroyed; never rejects. A second call does nothing. */
  destroy(reason: DestroyReason = 'request'): Promise<void> {
    return this.active ? this.#pool.scrap(this.#entry, reason) : Promise.resolve();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
  }
}
