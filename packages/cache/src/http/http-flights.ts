import type { Clock, Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';

/** How a request that others wait for has ended: its answer is kept, or each must run by itself. */
export type FlightEnd = 'kept' | 'alone';

interface HttpFlight {
  readonly ended: Promise<FlightEnd>;
  readonly end: (how: FlightEnd) => void;
  readonly resource: string | undefined;
}

/** The requests that are being answered by their handlers, by key. */
export class HttpFlights {
  readonly #flights = new Map<string, HttpFlight>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#flights.size;
  }

  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /**
   * Makes the caller the one that others wait for; `undefined` when there is one, or there are too many. `resource`:
   * what several keys have in common.
   */
  lead(key: string, resource?: string): ((how: FlightEnd) => void) | undefined {
    if (this.#flights.has(key) || this.#flights.size >= this.#max) return undefined;
    let resolve!: (how: FlightEnd) => void;
    const ended = new Promise<FlightEnd>((done) => (resolve = done));
    const flight: HttpFlight = {
      ended,
      resource,
      end: (how) => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        resolve(how);
      },
    };
    this.#flights.set(key, flight);
    return flight.end;
  }

  /** Who comes from now on does not wait for it. */
  detach(key: string): void {
    this.#flights.get(key)?.end('alone');
  }

  /** The same for all keys of a resource. O(flights). */
  detachAll(resource: string): void {
    for (const flight of this.#flights.values()) if (flight.resource === resource) flight.end('alone');
  }

  /** Waits for the leader's end, no longer than `timeout`. */
  async follow(key: string, timeout: Milliseconds, clock: Clock): Promise<FlightEnd> {
    const flight = this.#flights.get(key);
    if (flight === undefined) return 'kept';
    const slow = new Error('collapse timeout');
    return withDeadline<FlightEnd>(clock, flight.ended, timeout, { onTimeout: () => slow }).catch(
      () => 'alone' as const,
    );
  }
}
