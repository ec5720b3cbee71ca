import type { Clock, Timer } from './clock.js';
import { SparkPerfError } from './errors.js';
import { InvalidOptionError } from './invalid-option-error.js';
import { LinkedQueue } from './linked-queue.js';
import { clockOption } from './option-rules.js';
import type { Milliseconds } from './units.js';

/** No permit became free within the timeout. */
export class SemaphoreTimeoutError extends SparkPerfError<'SPARK_SEMAPHORE_TIMEOUT'> {
  constructor(readonly timeout: Milliseconds) {
    super('SPARK_SEMAPHORE_TIMEOUT', `No permit became free within ${timeout} ms`);
  }
}

export interface SemaphoreOptions {
  /** Source of time for timeouts. @default systemClock */
  readonly clock?: Clock | undefined;
}

export interface SemaphoreAcquireOptions {
  /** Gives up the wait: `acquire` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait. `SemaphoreTimeoutError` after it. @default Infinity */
  readonly timeout?: Milliseconds | undefined;
}

/** Gives a permit back. A second call does nothing. */
export type Release = () => void;

/** A counting semaphore. First come, first served; a waiter that gives up leaves in O(1). */
export class Semaphore {
  readonly #clock: Clock;
  readonly #waiters = new LinkedQueue<(release: Release) => void>();
  #available: number;

  /** @param permits How many may hold one at once, at least 1. @throws InvalidOptionError */
  constructor(permits: number, options: SemaphoreOptions = {}) {
    if (!Number.isSafeInteger(permits) || permits < 1) {
      throw new InvalidOptionError('permits', 'an integer of at least 1', permits);
    }
    this.#available = permits;
    this.#clock = clockOption(options.clock);
  }

  /** Permits that nobody holds. */
  get available(): number {
    return this.#available;
  }

  /** Callers in the queue. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** A permit, if one is free now. */
  tryAcquire(): Release | undefined {
    if (this.#available === 0) return undefined;
    this.#available--;
    return this.#grant();
  }

  /** Waits for a permit. @throws SemaphoreTimeoutError, or the signal's reason. */
  acquire(options: SemaphoreAcquireOptions = {}): Promise<Release> {
    const { signal, timeout = Infinity } = options;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const free = this.tryAcquire();
    if (free !== undefined) return Promise.resolve(free);
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      const leave = (): void => {
        timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      const node = this.#waiters.push((release) => {
        leave();
        resolve(release);
      });
      const giveUp = (error: Error): void => {
        if (!this.#waiters.remove(node)) return;
        leave();
        reject(error);
      };
      const onAbort = (): void => giveUp(signal?.reason as Error);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (timeout !== Infinity) {
        timer = this.#clock.setTimeout(() => giveUp(new SemaphoreTimeoutError(timeout)), timeout, {
          ref: true,
        });
      }
    });
  }

  /** Runs `fn` with a permit, which it gives back however `fn` ends. */
  async run<T>(fn: () => T | PromiseLike<T>, options?: SemaphoreAcquireOptions): Promise<T> {
    const release = await this.acquire(options);
    try {
      return await fn();
    } finally {
      release();
    }
  }

  #grant(): Release {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      // Handed over, not freed: nobody who comes later can overtake the head of the queue.
      const next = this.#waiters.shift();
      if (next === undefined) this.#available++;
      else next(this.#grant());
    };
  }
}
