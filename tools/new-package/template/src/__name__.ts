import type { MetricFamily, Middleware, Milliseconds } from '@spark-perf/core';
import { middleware } from './middleware.js';
import type { __Name__Options, Resolved__Name__Options } from './options.js';
import { resolveOptions } from './options.js';

/** The engine: knows nothing of HTTP. */
export class __Name__ {
  readonly #options: Resolved__Name__Options;
  #requests = 0;
  #lastRequestAt: Milliseconds | undefined;

  /** @throws InvalidOptionError when an option is out of range. */
  constructor(options?: __Name__Options) {
    this.#options = resolveOptions(options);
  }

  /** Counts one request. */
  record(): void {
    this.#requests++;
    this.#lastRequestAt = this.#options.clock.now();
  }

  /** A middleware that counts the requests that pass. */
  middleware(): Middleware {
    return middleware(this);
  }

  /** Plain figures. */
  getStats(): { requests: number; lastRequestAt: Milliseconds | undefined } {
    return { requests: this.#requests, lastRequestAt: this.#lastRequestAt };
  }

  /** The figures as metric families. */
  collect(): MetricFamily[] {
    return [
      {
        name: 'spark___name___requests',
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
