/** Requests in flight per key. Holds no more than there are. */
export class ConcurrencySlots {
  readonly #limit: number;
  readonly #held = new Map<string, Set<string>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  hasRoom(key: string): boolean {
    return (this.#held.get(key)?.size ?? 0) < this.#limit;
  }

  take(key: string, lease: string): void {
    const held = this.#held.get(key);
    if (held === undefined) this.#held.set(key, new Set([lease]));
    else held.add(lease);
  }

  /** Idempotent. */
  release(key: string, lease: string): void {
    const held = this.#held.get(key);
    if (held?.delete(lease) === true && held.size === 0) this.#held.delete(key);
  }
}
