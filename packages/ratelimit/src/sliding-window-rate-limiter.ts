import type { Context, EventSource, Listener, MetricFamily, Middleware, Unsubscribe } from '@spark-perf/core';
import { InvalidOptionError, optionsObject } from '@spark-perf/core';
import type { RateLimitDecision } from './decision.js';
import { RateLimitStoreUnavailableError } from './errors.js';
import type { RateLimiterEvents } from './events.js';
import type { KeyGenerator } from './key-generator.js';
import { boundedKey, clientKey } from './key-generator.js';
import { rateLimitMiddleware } from './middleware.js';
import type { RateLimiterOptions } from './options.js';
import type { Plan } from './plan-book.js';
import { PlanBook } from './plan-book.js';
import { RequestDesk } from './request-desk.js';
import type { RateLimiterStats } from './rate-limiter-stats.js';
import { rateLimiterMetrics } from './rate-limiter-stats.js';
import { Referee } from './referee.js';
import type { ResolvedRateLimiterOptions } from './resolve-options.js';
import { resolveOptions } from './resolve-options.js';
import { ReusedDecision } from './reused-decision.js';
import { decisionOf } from './verdict.js';
import type { WindowStore } from './window-store.js';

/** Options of one `middleware()`. */
export interface RateLimitMiddlewareOptions<C extends Context = Context> {
  /** What to count by. @default the limiter's */
  readonly keyGenerator?: KeyGenerator<C> | undefined;
}

/**
 * Admits at most `maxRequests` units per key in any window `(t − windowSize, t]`, at a resolution of 1 ms, whatever the
 * traffic. Counts in this process in bounded memory, or in a store that a fleet shares.
 */
export class SlidingWindowRateLimiter<C extends Context = Context> implements EventSource<RateLimiterEvents> {
  readonly #options: ResolvedRateLimiterOptions<C>;
  readonly #plans: PlanBook<C>;
  readonly #referee: Referee<C>;
  readonly #desk: RequestDesk<C>;
  readonly #decision: ReusedDecision;
  readonly #ownsStore: boolean;
  readonly #defaultKey: KeyGenerator<C>;

  /** @throws InvalidOptionError */
  constructor(options?: RateLimiterOptions<C>) {
    this.#options = resolveOptions(options);
    this.#plans = new PlanBook(this.#options);
    this.#referee = new Referee(this.#options);
    this.#desk = new RequestDesk(this.#options, this.#plans, this.#referee);
    this.#decision = new ReusedDecision(this.#options.clock);
    this.#ownsStore = this.#options.store !== options?.store;
    this.#defaultKey = this.#options.keyGenerator ?? clientKey(this.#options);
  }

  on<K extends keyof RateLimiterEvents>(event: K, listener: Listener<RateLimiterEvents[K]>): Unsubscribe {
    return this.#referee.events.on(event, listener);
  }

  /**
   * Charges `cost` units to `key`, if they fit. Slots (`concurrency`) are for the middleware alone, which knows when a
   * request ends.
   * @param ctx where limits are functions of the request
   * @throws InvalidOptionError for a bad key or cost (as a rejection); TooManyPlansError
   */
  async isAllowed(key: string, cost = 1, ctx?: C): Promise<RateLimitDecision> {
    const verdict = this.#referee.judge(this.#plans.of(ctx), validKey(key), validCost(cost));
    return decisionOf(verdict instanceof Promise ? await verdict : verdict, this.#options.clock);
  }

  /**
   * `isAllowed` at once, for stores in memory. Returns one and the same object every time: read it before the next call.
   * @throws InvalidOptionError for a bad key or cost, and on an asynchronous store
   */
  check(key: string, cost = 1, ctx?: C): RateLimitDecision {
    const plan = this.#plans.of(ctx);
    const { windows } = plan;
    if (!windows.synchronous) throw asynchronous(this.#options.store);
    const valid = validKey(key);
    const outcome = windows.sync.consume(valid, validCost(cost));
    this.#referee.book(valid, outcome, plan);
    return this.#decision.fill(outcome, plan.policies);
  }

  /** What `isAllowed` would say, without charging. */
  async peek(key: string, cost = 1, ctx?: C): Promise<RateLimitDecision> {
    const verdict = await this.#referee.look(this.#plans.of(ctx), validKey(key), validCost(cost));
    return decisionOf(verdict, this.#options.clock);
  }

  /**
   * Gives `cost` units back, the oldest first: then no window can come out short. (The middleware, which knows when it
   * charged, gives back those very units.) Does nothing while the store is out of reach.
   */
  async refund(key: string, cost = 1, ctx?: C): Promise<void> {
    const [plan, valid, units] = [this.#plans.of(ctx), validKey(key), validCost(cost)];
    await this.#change(plan, (windows) => windows.refund(valid, units));
  }

  /**
   * Forgets what `key` has used, of every plan. In memory also what the sketch holds of a key that has lost its place in
   * the table: of such keys the last 1,000 resets are remembered, fewer where `maxMemory` is below 7 MiB per policy.
   * @throws RateLimitStoreUnavailableError when the store is out of reach
   */
  async reset(key: string): Promise<void> {
    const valid = validKey(key);
    let isReached = true;
    for (const plan of this.#plans.plans)
      isReached = (await this.#change(plan, (windows) => windows.reset(valid))) && isReached;
    if (!isReached) throw new RateLimitStoreUnavailableError();
  }

  /** Forgets what all keys have used. With Redis it walks through the keys, and rejects with what that fails with. */
  async resetAll(): Promise<void> {
    for (const { windows } of this.#plans.plans) {
      if (windows.synchronous) windows.sync.resetAll();
      else {
        windows.local().sync.resetAll();
        await windows.async.resetAll();
      }
    }
  }

  /**
   * Answers 429 to requests over the limit; sends the header fields.
   * @param how a key generator, or options
   */
  middleware(how?: KeyGenerator<C> | RateLimitMiddlewareOptions<C>): Middleware<C> {
    const options = typeof how === 'function' ? { keyGenerator: how } : how;
    const { keyGenerator = this.#defaultKey } = optionsObject<RateLimitMiddlewareOptions<C>>(
      'options',
      options,
      ['keyGenerator'],
    );
    if (typeof keyGenerator !== 'function')
      throw new InvalidOptionError('keyGenerator', 'a function', keyGenerator);
    return rateLimitMiddleware(this.#desk, keyGenerator);
  }

  getStats(): RateLimiterStats {
    const { allowed, denied, guard, topDenied } = this.#referee;
    const { keys, memory, evictions } = this.#options.store.getStats?.() ?? {};
    return {
      allowed,
      denied,
      keys,
      memory,
      evictions,
      plans: this.#plans.plans.length,
      storeErrors: guard.errors,
      storeState: guard.state,
      topDenied: topDenied.list(),
    };
  }

  collect(): MetricFamily[] {
    return rateLimiterMetrics(this.getStats());
  }

  /** Forgets all counts in memory and stops what runs in the background. A store you gave stays yours. Idempotent. */
  async close(): Promise<void> {
    this.#plans.close();
    if (this.#ownsStore) await this.#options.store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** False: the store is out of reach. */
  async #change(plan: Plan, change: (windows: Changeable) => void | Promise<void>): Promise<boolean> {
    const { windows } = plan;
    if (windows.synchronous) {
      await change(windows.sync);
      return true;
    }
    const isReached = await this.#referee.guard.run(
      async () => ({ changed: await change(windows.async) }),
      (value) => value !== undefined,
    );
    if (this.#options.onStoreError === 'local') await change(windows.local().sync);
    return isReached;
  }
}

interface Changeable {
  refund(key: string, cost: number): void | Promise<void>;
  reset(key: string): void | Promise<void>;
}

function validKey(key: string): string {
  if (typeof key === 'string' && key !== '') return boundedKey(key);
  throw new InvalidOptionError('key', 'a non-empty string', key);
}

function validCost(cost: number): number {
  return cost === 1 ? 1 : checkedCost(cost);
}

function checkedCost(cost: number): number {
  if (Number.isSafeInteger(cost) && cost >= 0) return cost;
  throw new InvalidOptionError('cost', 'an integer of at least 0', cost);
}

function asynchronous(store: WindowStore): InvalidOptionError {
  return new InvalidOptionError('store', 'synchronous for `check` (use `isAllowed`)', store);
}
