/**
 * Counts who comes often among those who have no place, in bounded memory: the algorithm of Misra and Gries
 * ("Finding repeated elements", 1982). A full table costs everybody one, and whoever has nothing left goes: a flood of
 * names seen once never displaces one that keeps coming. Amortised O(1).
 */
export class FrequentRoutes {
  readonly #counts = new Map<string, number>();

  constructor(readonly capacity: number) {}

  /** Counts one appearance. Returns how often the name has been seen, at least. */
  count(name: string): number {
    const before = this.#counts.get(name);
    if (before === undefined && this.#counts.size >= this.capacity) {
      this.#shrink((count) => count - 1);
      return 0;
    }
    const count = (before ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }

  forget(name: string): void {
    this.#counts.delete(name);
  }

  /** Halves all counts, so that what was frequent once makes room. */
  age(): void {
    this.#shrink((count) => Math.floor(count / 2));
  }

  #shrink(next: (count: number) => number): void {
    for (const [name, count] of this.#counts) {
      const left = next(count);
      if (left > 0) this.#counts.set(name, left);
      else this.#counts.delete(name);
    }
  }
}
