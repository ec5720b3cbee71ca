import type { Context } from '@spark-perf/core';
import { Emitter } from '@spark-perf/core';
import type { RateLimitDecision } from './decision.js';
import type { RateLimiterEvents } from './events.js';
import type { LocalPlan, Plan, RemoteWindows } from './plan-book.js';
import type { ResolvedRateLimiterOptions } from './resolve-options.js';
import { StoreGuard } from './store-guard.js';
import { TopDenied } from './top-denied.js';
import type { Verdict } from './verdict.js';
import { decisionOf, keepOutcome } from './verdict.js';
import type { SyncWindows, WindowOutcome } from './window-store.js';

/** Asks a plan's counters, or what stands in for them, and keeps the books: counts, events, the keys refused most. */
export class Referee<C extends Context> {
  readonly events = new Emitter<RateLimiterEvents>();
  readonly topDenied = new TopDenied();
  readonly guard: StoreGuard;
  readonly #options: ResolvedRateLimiterOptions<C>;
  allowed = 0;
  denied = 0;

  constructor(options: ResolvedRateLimiterOptions<C>) {
    this.#options = options;
    this.guard = new StoreGuard({
      timeout: options.storeTimeout,
      clock: options.clock,
      random: options.random,
      onError: (error) => this.events.emit('storeError', { error }),
      onRecovered: (downFor) => this.events.emit('storeRecovered', { downFor }),
    });
  }

  /** The verdict on one call, charged. */
  judge(plan: Plan, key: string, cost: number, lease?: string): Verdict | Promise<Verdict> {
    const { windows, policies } = plan;
    if (!windows.synchronous) return this.#judgeRemotely(plan, windows, key, cost, lease);
    const outcome = windows.sync.consume(key, cost, lease);
    const verdict = { outcome, policies, windows: windows.sync, unavailable: false };
    this.#book(key, outcome, verdict);
    return verdict;
  }

  /** The same without charging, booking or taking a slot. */
  async look(plan: Plan, key: string, cost: number): Promise<Verdict> {
    const { windows, policies } = plan;
    if (windows.synchronous) {
      const outcome = keepOutcome(windows.sync.peek(key, cost));
      return { outcome, policies, windows: windows.sync, unavailable: false };
    }
    return this.guard.run(
      () => windows.async.peek(key, cost),
      (outcome) => {
        if (outcome !== undefined) return { outcome, policies, windows: windows.async, unavailable: false };
        return this.#standIn(plan, windows.local, (local) => local.peek(key, cost));
      },
    );
  }

  /** Notes an outcome of synchronous counters. */
  book(key: string, outcome: WindowOutcome, plan: Plan): void {
    if (outcome.allowed && !this.events.has('allowed')) this.allowed++;
    else
      this.#book(key, outcome, { outcome, policies: plan.policies, windows: undefined, unavailable: false });
  }

  #judgeRemotely(
    plan: Plan,
    windows: RemoteWindows,
    key: string,
    cost: number,
    lease?: string,
  ): Promise<Verdict> {
    return this.guard.run(
      () => windows.async.consume(key, cost, lease),
      (outcome) => {
        const verdict =
          outcome === undefined
            ? this.#standIn(plan, windows.local, (local) => local.consume(key, cost, lease))
            : { outcome, policies: plan.policies, windows: windows.async, unavailable: false };
        this.#book(key, verdict.outcome, verdict);
        return verdict;
      },
      (late) => {
        // Its caller has long been answered: the slot must not stay taken. What it cost stays counted.
        if (late.allowed && lease !== undefined) windows.async.release(key, lease).catch(() => {});
      },
    );
  }

  #standIn(plan: Plan, local: () => LocalPlan, ask: (windows: SyncWindows) => WindowOutcome): Verdict {
    const mode = this.#options.onStoreError;
    if (mode === 'local') {
      const { sync, policies } = local();
      return { outcome: keepOutcome(ask(sync)), policies, windows: sync, unavailable: false };
    }
    const { policies } = plan;
    const allowed = mode === 'open';
    const wait = allowed ? 0 : Math.max(1, this.guard.retryAfter);
    const outcome: WindowOutcome = {
      allowed,
      at: 0,
      remaining: policies.map(({ maxRequests }) => (allowed ? maxRequests : 0)),
      retryAfter: policies.map(() => wait),
      slotDenied: false,
    };
    return { outcome, policies, windows: undefined, unavailable: true };
  }

  #book(key: string, outcome: WindowOutcome, verdict: Verdict): void {
    if (outcome.allowed) {
      this.allowed++;
      if (this.events.has('allowed')) this.events.emit('allowed', { key, decision: this.#decision(verdict) });
      return;
    }
    this.denied++;
    this.topDenied.add(key);
    if (this.events.has('denied')) this.events.emit('denied', { key, decision: this.#decision(verdict) });
  }

  #decision(verdict: Verdict): RateLimitDecision {
    return decisionOf(verdict, this.#options.clock);
  }
}
