import type { DestroyReason } from './entry-state.js';
import type { Entry } from './entry.js';
import { ReleaseError } from './errors.js';

/** The connections that are alive, by connection, and what became of those that were. */
export class Registry<T> {
  readonly #entries = new Map<T, Entry<T>>();
  // Weak: remembers a destroyed connection for as long as somebody could still release it, and no longer.
  readonly #gone = new WeakMap<object, DestroyReason>();

  get size(): number {
    return this.#entries.size;
  }

  /** How many can be lent: the engine may not have handed all over yet. O(connections). */
  get arrived(): number {
    let arrived = 0;
    for (const entry of this.#entries.values()) if (entry.arrived) arrived++;
    return arrived;
  }

  get(resource: T): Entry<T> | undefined {
    return this.#entries.get(resource);
  }

  add(entry: Entry<T>): void {
    this.#entries.set(entry.resource, entry);
  }

  remove(entry: Entry<T>, reason: DestroyReason): void {
    this.#entries.delete(entry.resource);
    if (isObject(entry.resource)) this.#gone.set(entry.resource, reason);
  }

  /** Why `resource`, which is not borrowed, can't be released. */
  misuse(resource: T): ReleaseError {
    if (this.#entries.has(resource)) return new ReleaseError('double');
    const reason = isObject(resource) ? this.#gone.get(resource) : undefined;
    if (reason === undefined) return new ReleaseError('foreign');
    return new ReleaseError(reason === 'forced' || reason === 'close' ? 'closed' : 'destroyed', reason);
  }

  [Symbol.iterator](): Iterator<Entry<T>> {
    return this.#entries.values();
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
