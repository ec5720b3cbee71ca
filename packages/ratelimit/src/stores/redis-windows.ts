import type { Clock, Milliseconds } from '@spark-perf/core';
import type { RedisArgument, RedisClient } from '@spark-perf/core/redis';
import { RedisScript } from '@spark-perf/core/redis';
import type { AsyncWindows, WindowOutcome, WindowSpec } from '../window-store.js';
import type { DenyCache } from './deny-cache.js';
import { policyArguments, WINDOW_SCRIPT } from './redis-window-script.js';
import { unlinkByPrefix } from './unlink-by-prefix.js';

export interface RedisWindowsParts {
  readonly client: RedisClient;
  readonly prefix: string;
  readonly leaseTTL: Milliseconds;
  readonly denials: DenyCache;
  readonly clock: Clock;
}

/** The counters of one set of policies in Redis: one script call per decision, or none for a key known to be refused. */
export class RedisWindows implements AsyncWindows {
  readonly #spec: WindowSpec;
  readonly #parts: RedisWindowsParts;
  readonly #prefix: string;
  readonly #script = new RedisScript(WINDOW_SCRIPT);
  readonly #countRejected: number;
  readonly #tail: readonly RedisArgument[];

  constructor(spec: WindowSpec, parts: RedisWindowsParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#prefix = spec.namespace === '' ? parts.prefix : `${parts.prefix}${spec.namespace}:`;
    this.#countRejected = spec.countRejected ? 1 : 0;
    this.#tail = [parts.leaseTTL, ...spec.policies.flatMap(policyArguments)];
  }

  async consume(key: string, cost: number, lease = ''): Promise<WindowOutcome> {
    const { denials, clock } = this.#parts;
    const name = this.#nameOf(key);
    if (cost > 0 && this.#countRejected === 0) {
      const denial = denials.get(name, cost);
      if (denial !== undefined) return denial;
    }
    const asked = clock.now();
    const outcome = outcomeOf(await this.#run(name, 'consume', cost, -1, lease));
    if (cost > 0 && !outcome.allowed && !outcome.slotDenied && this.#countRejected === 0)
      denials.add(name, cost, outcome, asked);
    return outcome;
  }

  async peek(key: string, cost: number): Promise<WindowOutcome> {
    return outcomeOf(await this.#run(this.#nameOf(key), 'peek', cost, -1, ''));
  }

  async refund(key: string, cost: number, at: Milliseconds = -1): Promise<void> {
    await this.#change(key, 'refund', cost, at, '');
  }

  async release(key: string, lease: string): Promise<void> {
    await this.#run(this.#nameOf(key), 'release', 0, -1, lease);
  }

  async reset(key: string): Promise<void> {
    await this.#change(key, 'reset', 0, -1, '');
  }

  async resetAll(): Promise<void> {
    await unlinkByPrefix(this.#parts.client, `${this.#prefix}{`);
    this.#parts.denials.clear();
  }

  async #change(key: string, what: string, cost: number, at: Milliseconds, lease: string): Promise<void> {
    const name = this.#nameOf(key);
    // Also afterwards: a refusal that was on its way meanwhile is older than the change.
    this.#parts.denials.delete(name);
    await this.#run(name, what, cost, at, lease);
    this.#parts.denials.delete(name);
  }

  /** The key's name. All of a subject is one key; the hash tag lets other keys of the subject live beside it. */
  #nameOf(key: string): string {
    return `${this.#prefix}{${key}}`;
  }

  /** No deadline here: who calls has one. */
  #run(name: string, what: string, cost: number, at: Milliseconds, lease: string): Promise<unknown> {
    const { concurrency } = this.#spec;
    const args = [what, cost, at, this.#countRejected, concurrency, lease, ...this.#tail];
    return this.#script.run(this.#parts.client, [name], args, {
      timeout: Infinity,
      clock: this.#parts.clock,
    });
  }
}

function outcomeOf(reply: unknown): WindowOutcome {
  const [allowed, at, slotDenied, ...figures] = reply as number[];
  const remaining: number[] = [];
  const retryAfter: number[] = [];
  for (let i = 0; i < figures.length; i += 2) {
    const wait = figures[i + 1] as number;
    remaining.push(figures[i] as number);
    retryAfter.push(wait < 0 ? Infinity : wait);
  }
  return { allowed: allowed === 1, at: at as number, remaining, retryAfter, slotDenied: slotDenied === 1 };
}
