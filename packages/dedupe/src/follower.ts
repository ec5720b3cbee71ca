import type { Clock, Context, Milliseconds } from '@spark-perf/core';
import { delay, onQueuedResponseLost } from '@spark-perf/core';
import type { Flight, FlightEnd } from './flight.js';

/** A request that waits for another one. Its patience and its client's presence are one signal. */
export class Follower {
  readonly #clock: Clock;
  readonly #until: Milliseconds;
  readonly #gone = new AbortController();

  constructor(ctx: Context, clock: Clock, waitTimeout: Milliseconds) {
    this.#clock = clock;
    this.#until = clock.now() + waitTimeout;
    const { res } = ctx;
    if (res.destroyed || res.closed) this.#gone.abort();
    else {
      const onGone = (): void => this.#gone.abort();
      res.once('close', onGone);
      onQueuedResponseLost(res, onGone);
    }
  }

  /** Whether its client has left. */
  get hasLeft(): boolean {
    return this.#gone.signal.aborted;
  }

  /** Aborts when the client leaves. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** What is left of its patience. */
  get remaining(): Milliseconds {
    return Math.max(0, this.#until - this.#clock.now());
  }

  /** How a request in this process ends; `undefined` when patience or the client is gone first. */
  async await(flight: Flight): Promise<FlightEnd | undefined> {
    const over = new AbortController();
    const onGone = (): void => over.abort();
    this.signal.addEventListener('abort', onGone);
    try {
      const patience = delay(this.#clock, Math.max(1, this.remaining), { signal: over.signal }).catch(
        () => undefined,
      );
      return (await Promise.race([flight.ended, patience])) ?? undefined;
    } finally {
      over.abort();
      this.signal.removeEventListener('abort', onGone);
    }
  }
}
