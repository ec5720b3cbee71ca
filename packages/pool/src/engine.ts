import type { Pool } from 'generic-pool';
import genericPool from 'generic-pool';

/**
 * The pool underneath: generic-pool, through its public API only. It creates, keeps count of and destroys everything.
 *
 * `create` and `destroy` must never reject: generic-pool repeats a failed create at once and for ever, so a failure is
 * created like anything else, and dropped on arrival. It validates nothing, times nothing out and holds no waiters of
 * ours; a `draw` is a request for capacity. The size limit is the creator's, because generic-pool's can't be changed.
 */
export class Engine<R extends object> {
  readonly #pool: Pool<R>;

  constructor(create: () => Promise<R>, destroy: (thing: R) => Promise<void>, order: 'lifo' | 'fifo') {
    this.#pool = genericPool.createPool(
      { create, destroy },
      { min: 0, max: Number.MAX_SAFE_INTEGER, fifo: order === 'fifo' },
    );
  }

  /**
   * Things put back and not drawn. What has just been created counts as available to generic-pool for some microtasks,
   * though the draw that it was created for is about to get it.
   */
  get available(): number {
    return Math.max(0, this.#pool.available - this.#pool.pending);
  }

  /** Draws that wait for something to be created. */
  get pending(): number {
    return this.#pool.pending;
  }

  /** Something put back, else something new. */
  draw(): Promise<R> {
    return this.#pool.acquire();
  }

  /** Takes a drawn thing back. */
  putBack(thing: R): void {
    this.#pool.release(thing).catch(ignore);
  }

  /** Destroys a drawn thing. */
  drop(thing: R): void {
    this.#pool.destroy(thing).catch(ignore);
  }

  /** Call it when everything drawn is dropped and no create is pending: nothing is waited for then. */
  async close(): Promise<void> {
    await this.#pool.drain();
    await this.#pool.clear();
  }
}

/** It rejects for what is not on loan, which an entry's state rules out. */
function ignore(): void {}
