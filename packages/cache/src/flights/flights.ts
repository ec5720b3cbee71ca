import type { Flight } from './flight.js';

/** The flights under way, by key. A key that changes during its flight gets another one beside it. */
export class Flights {
  readonly #byKey = new Map<string, Flight>();
  readonly #all = new Set<Flight>();

  get size(): number {
    return this.#all.size;
  }

  /** The flight that a caller may join now. */
  joinable(key: string): Flight | undefined {
    const flight = this.#byKey.get(key);
    return flight?.current === true ? flight : undefined;
  }

  took(key: string, flight: Flight): void {
    this.#all.add(flight);
    this.#byKey.set(key, flight);
  }

  landed(key: string, flight: Flight): void {
    this.#all.delete(flight);
    if (this.#byKey.get(key) === flight) this.#byKey.delete(key);
  }

  abortAll(reason: Error): void {
    for (const flight of this.#all) flight.abort(reason);
  }
}
