/** A key that is refused often. `count` may be too high by what keys before it in its place had. */
export interface DeniedKey {
  readonly key: string;
  readonly count: number;
}

const PLACES = 32;

/**
 * The keys refused most, by the Space-Saving algorithm (Metwally, Agrawal and El Abbadi, 2005): who is new takes the
 * place of the least, and its count. At most 32 keys; a call on refusal costs at most a look at each.
 */
export class TopDenied {
  readonly #counts = new Map<string, number>();

  add(key: string): void {
    const known = this.#counts.get(key);
    if (known !== undefined || this.#counts.size < PLACES) {
      this.#counts.set(key, (known ?? 0) + 1);
      return;
    }
    let least = key;
    let lowest = Infinity;
    for (const [other, count] of this.#counts) {
      if (count >= lowest) continue;
      least = other;
      lowest = count;
    }
    this.#counts.delete(least);
    this.#counts.set(key, lowest + 1);
  }

  /** Most refused first. */
  list(): DeniedKey[] {
    return [...this.#counts].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count);
  }
}
