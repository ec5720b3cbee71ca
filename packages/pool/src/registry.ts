import type { DestroyReason } from './entry-state.js';
import type { Entry } from './entry.js';
import { ReleaseError } from './errors.js';

/** The connections that are alive, by connection, and what became of those that were. */
export class Registry<T> {
  readonly #entries = new Map<T, Entry<T>>();
  // Weak: remembers a destroyed connection for as long as somebody could still release it, and no longer.
  readonly #gone = new WeakMap<object, DestroyReason>();
  #arrived = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** How many can be lent: the engine may not have handed all over yet. */
  get arrived(): number {
    return this.#arrived;
  }

  get(resource: T): Entry<T> | undefined {
    return this.#entries.get(resource);
  }

  add(entry: Entry<T>): void {
    this.#entries.set(entry.resource, entry);
  }

  /** The engine has handed `entry` over. Whether it is the first time. */
  arrive(entry: Entry<T>): boolean {
    if (entry.arrived) return false;
    entry.arrived = true;
    this.#arrived++;
    return true;
  }

  remove(entry: Entry<T>, reason: DestroyReason): void {
    this.#entries.delete(entry.resource);
    if (entry.arrived) this.#arrived--;
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
