import type {
  EventSource,
  Listener,
  MetricFamily,
  Middleware,
  Milliseconds,
  Unsubscribe,
} from '@spark-perf/core';
import { Emitter } from '@spark-perf/core';
import type { __Name__Events } from './events.js';
import { middleware } from './middleware.js';
import type { __Name__Options, Resolved__Name__Options } from './options.js';
import { resolveOptions } from './options.js';

/** Plain figures of a `__Name__`. */
export interface __Name__Stats {
  readonly requests: number;
  /** Monotonic. `undefined` before the first request. */
  readonly lastRequestAt: Milliseconds | undefined;
}

/** The engine: knows nothing of HTTP, works from a queue or a test as well. */
export class __Name__ implements EventSource<__Name__Events> {
  readonly #options: Resolved__Name__Options;
  readonly #events = new Emitter<__Name__Events>();
  #requests = 0;
  #lastRequestAt: Milliseconds | undefined;

  /** @throws InvalidOptionError when an option is out of range. */
  constructor(options?: __Name__Options) {
    this.#options = resolveOptions(options);
  }

  /** Counts one request. O(1), allocates nothing unless somebody listens. */
  record(): void {
    this.#requests++;
    this.#lastRequestAt = this.#options.clock.now();
    if (this.#events.has('request')) this.#events.emit('request', { at: this.#lastRequestAt });
  }

  /** A middleware that counts the requests that pass. */
  middleware(): Middleware {
    return middleware(this);
  }

  /** Subscribes to an event; returns the unsubscriber. */
  on<K extends keyof __Name__Events>(event: K, listener: Listener<__Name__Events[K]>): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** Plain figures. */
  getStats(): __Name__Stats {
    return { requests: this.#requests, lastRequestAt: this.#lastRequestAt };
  }

  /** The figures as metric families. */
  collect(): MetricFamily[] {
    return [
      {
        name: 'spark___snake___requests',
        type: 'counter',
        help: 'Requests that passed.',
        samples: [{ labels: {}, value: this.#requests }],
      },
    ];
  }

  /** Idempotent. Nobody waits here, so nobody is woken. */
  async close(): Promise<void> {}

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
