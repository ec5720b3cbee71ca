import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context } from '@spark-perf/core';
import { clientIp, InvalidOptionError } from '@spark-perf/core';
import type { KeyGenerator } from './key-generator.js';
import { boundedKey, requestKey } from './key-generator.js';
import type { PlanBook } from './plan-book.js';
import type { Referee } from './referee.js';
import type { ResolvedRateLimiterOptions } from './resolve-options.js';
import type { Verdict } from './verdict.js';
import { keepOutcome } from './verdict.js';

/** What a request was charged. */
export interface Charge {
  readonly verdict: Verdict;
  readonly key: string;
  readonly cost: number;
  readonly lease: string | undefined;
}

/** From a request to a verdict: whom to count, what it costs, which plan it has. */
export class RequestDesk<C extends Context> {
  readonly #plans: PlanBook<C>;
  readonly #referee: Referee<C>;
  readonly #seen = new WeakSet<IncomingMessage>();
  /** Sets the leases of this process apart from those of others on the same store. */
  readonly #instance = randomBytes(9).toString('base64url');
  #leases = 0;
  #hasWarned = false;

  constructor(
    readonly options: ResolvedRateLimiterOptions<C>,
    plans: PlanBook<C>,
    referee: Referee<C>,
  ) {
    this.#plans = plans;
    this.#referee = referee;
  }

  /** `undefined`: the request is none of our business. @throws InvalidRateLimitKeyError, InvalidOptionError */
  async admit(ctx: C, generator: KeyGenerator<C>): Promise<Charge | undefined> {
    const { skip, isAllowListed, trust, concurrency, cost } = this.options;
    if (this.#isSecondLook(ctx)) return undefined;
    if (skip !== undefined && (await skip(ctx))) return undefined;
    const generated = requestKey(generator, ctx);
    const key = typeof generated === 'string' ? generated : await generated;
    if (isAllowListed !== undefined) {
      const address = clientIp(ctx, trust);
      if (isAllowListed(key) || (address !== undefined && isAllowListed(address))) return undefined;
    }
    const asked = typeof cost === 'function' ? await cost(ctx) : cost;
    if (!Number.isSafeInteger(asked) || asked < 0)
      throw new InvalidOptionError('cost', 'a function that returns an integer of at least 0', asked);
    const lease = concurrency > 0 ? `${this.#instance}${(this.#leases++).toString(36)}` : undefined;
    const bounded = boundedKey(key);
    const judged = this.#referee.judge(this.#plans.of(ctx), bounded, asked, lease);
    const verdict =
      judged instanceof Promise ? await judged : { ...judged, outcome: keepOutcome(judged.outcome) };
    return { verdict, key: bounded, cost: asked, lease };
  }

  /** Gives back what a request was charged. */
  async settle({ verdict, key, cost, lease }: Charge, isRefund: boolean): Promise<void> {
    const { windows, outcome } = verdict;
    if (windows === undefined) return;
    if (lease !== undefined) await windows.release(key, lease);
    if (isRefund && cost > 0) await windows.refund(key, cost, outcome.at);
  }

  #isSecondLook({ req }: C): boolean {
    if (!this.#seen.has(req)) {
      this.#seen.add(req);
      return false;
    }
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      this.options.logger.warn(
        'A rate limiter is mounted twice: it counts each request once, where it comes first.',
      );
    }
    return true;
  }
}
