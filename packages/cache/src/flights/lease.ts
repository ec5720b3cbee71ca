import type { Clock, Milliseconds, Timer } from '@spark-perf/core';
import { delay, every } from '@spark-perf/core';
import type { OuterLevel } from '../levels/outer-levels.js';
import type { LeaseClaim, SharedLevel } from '../levels/shared-level.js';
import type { LeaseBell } from './lease-bell.js';

export interface LeaseOptions {
  readonly shared: OuterLevel<SharedLevel>;
  readonly key: string;
  readonly token: string;
  readonly lease: Milliseconds;
  readonly timeout: Milliseconds;
  readonly clock: Clock;
  readonly bell: LeaseBell;
  readonly onError: (error: unknown) => void;
}

/** Between two looks at a lease whose holder may be dead; half of what a replacement may take beyond the lease. */
const POLL: Milliseconds = 40;

/**
 * The right to fetch one key for a fleet. Its token fences: what is fetched under a lease that somebody else has taken
 * over is not kept.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #renewal: Timer | undefined;

  private constructor(options: LeaseOptions) {
    this.#options = options;
  }

  get token(): string {
    return this.#options.token;
  }

  /**
   * Waits for the lease. `served` looks at the entry that came with a claim; once it says true, somebody else has
   * fetched. Resolves to the lease when it is ours, to `undefined` when it is not needed or can't be had.
   */
  static async acquire(
    options: LeaseOptions,
    served: (claim: LeaseClaim) => Promise<boolean>,
  ): Promise<Lease | undefined> {
    const { shared, key, token, lease, timeout, clock, bell, onError } = options;
    const until = clock.now() + timeout;
    let claiming: Promise<LeaseClaim> | undefined;
    try {
      for (;;) {
        const rung = bell.wait(key);
        try {
          const claim = await shared.gate.ask(() => (claiming = shared.level.claim(key, token, lease)));
          if (await served(claim)) {
            if (claim.acquired) await new Lease(options).release();
            return undefined;
          }
          if (claim.acquired) return new Lease(options).#hold();
          if (clock.now() >= until) return undefined;
          await Promise.race([rung.promise, delay(clock, POLL)]);
        } finally {
          rung.cancel();
        }
      }
    } catch (error) {
      // Redis may have given it to us all the same, or may do so late: nobody would renew it.
      claiming
        ?.then(({ acquired }) => (acquired ? shared.level.surrender(key, token) : undefined))
        .catch(() => {});
      onError(error);
      return undefined;
    }
  }

  /** Lets the next one in. Never rejects. */
  async release(): Promise<void> {
    this.#renewal?.cancel();
    const { shared, key, token, onError } = this.#options;
    try {
      await shared.gate.run(() => shared.level.surrender(key, token));
    } catch (error) {
      onError(error); // it runs out by itself
    }
  }

  #hold(): this {
    const { shared, key, token, lease, clock, onError } = this.#options;
    this.#renewal = every(clock, lease / 3, () => {
      shared.gate.run(() => shared.level.renew(key, token, lease)).catch(onError);
    });
    return this;
  }
}
