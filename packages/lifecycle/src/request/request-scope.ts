import type { Clock, Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import { CleanupTimeoutError } from '../errors.js';

interface Held {
  readonly cleanup: (resource: unknown) => unknown;
  readonly resource: unknown;
  readonly below: Held | undefined;
}

/** What a scope needs of its manager. */
export interface ScopeHost {
  readonly clock: Clock;
  readonly timeout: Milliseconds;
  onError(error: unknown): void;
  /** The scope and its cleanups are over. */
  onEnd(): void;
}

/**
 * The resources of one request, as a stack. Ends once: then they are cleaned, the last one first, each in its time.
 * While all cleanups are synchronous, so is the end.
 */
export class RequestScope {
  #host: ScopeHost;
  #top: Held | undefined = undefined;

  constructor(host: ScopeHost) {
    this.#host = host;
  }

  push(resource: unknown, cleanup: (resource: unknown) => unknown): void {
    this.#top = { cleanup, resource, below: this.#top };
  }

  end(): void {
    for (;;) {
      const held = this.#top;
      if (held === undefined) break;
      this.#top = held.below;
      try {
        const result = held.cleanup(held.resource);
        if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') {
          void this.#wait(result as PromiseLike<unknown>);
          return;
        }
      } catch (error) {
        this.#host.onError(error);
      }
    }
    this.#host.onEnd();
  }

  async #wait(result: PromiseLike<unknown>): Promise<void> {
    const { clock, timeout } = this.#host;
    try {
      await withDeadline(clock, result, timeout, {
        onTimeout: () => new CleanupTimeoutError('request', timeout),
      });
    } catch (error) {
      this.#host.onError(error);
    }
    this.end();
  }
}
