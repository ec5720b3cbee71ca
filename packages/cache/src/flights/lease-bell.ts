/** A place in the queue of those who wait for a key. */
export interface Ring {
  readonly promise: Promise<void>;
  cancel(): void;
}

/** Wakes those who wait for somebody else's lease on a key. */
export class LeaseBell {
  readonly #waiters = new Map<string, Set<() => void>>();

  get size(): number {
    return this.#waiters.size;
  }

  wait(key: string): Ring {
    let resolve!: () => void;
    const promise = new Promise<void>((done) => (resolve = done));
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters.add(resolve));
    return {
      promise,
      cancel: () => {
        waiters.delete(resolve);
        if (waiters.size === 0 && this.#waiters.get(key) === waiters) this.#waiters.delete(key);
      },
    };
  }

  ring(key: string): void {
    const waiters = this.#waiters.get(key);
    if (waiters === undefined) return;
    this.#waiters.delete(key);
    for (const resolve of waiters) resolve();
  }
}
