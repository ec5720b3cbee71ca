/** More changes than this during one batch count as changes of all keys. */
const MAX_CHANGED = 1_000;

/** The keys that change while a batch is under way. Costs nothing but for those. */
export class KeyWatch {
  readonly #changed = new Set<string>();

  note(key: string): void {
    if (this.#changed.size <= MAX_CHANGED) this.#changed.add(key);
  }

  /** Whether the key has changed since the batch began. */
  changed(key: string): boolean {
    return this.#changed.size > 0 && (this.#changed.size > MAX_CHANGED || this.#changed.has(key));
  }
}
