import { createHash } from 'node:crypto';
import type { Clock, Milliseconds } from '@spark-perf/core';
import type { GatheredWrites, RedisArgument, RedisClient } from '@spark-perf/core/redis';
import { RedisScript } from '@spark-perf/core/redis';
import type { AsyncWindows, WindowOutcome, WindowSpec } from '../window-store.js';
import type { DenyCache } from './deny-cache.js';
import { policyArguments, WINDOW_SCRIPT } from './redis-window-script.js';
import { unlinkByPrefix } from './unlink-by-prefix.js';

const SHA = createHash('sha1').update(WINDOW_SCRIPT).digest('hex');

export interface RedisWindowsParts {
  readonly client: RedisClient;
  readonly writes: GatheredWrites;
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
  readonly #policies: readonly RedisArgument[];
  /** Whether a charge needs more than the policies to be decided. */
  readonly #isPlain: boolean;

  /** Who calls has the deadline. */
  readonly #noDeadline: { readonly timeout: Milliseconds; readonly clock: Clock };

  constructor(spec: WindowSpec, parts: RedisWindowsParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#prefix = spec.namespace === '' ? parts.prefix : `${parts.prefix}${spec.namespace}:`;
    this.#policies = policyArguments(spec.policies);
    this.#noDeadline = { timeout: Infinity, clock: parts.clock };
    this.#isPlain = !spec.countRejected && spec.concurrency === 0;
  }

  consume(key: string, cost: number, lease = ''): Promise<WindowOutcome> {
    const { denials, clock } = this.#parts;
    const name = this.#nameOf(key);
    if (denials.size > 0 && cost > 0) {
      const denial = denials.get(name, cost);
      if (denial !== undefined) return Promise.resolve(denial);
    }
    const asked = denials.isOn ? clock.now() : 0;
    const args = this.#isPlain ? this.#plainArguments(cost) : this.#arguments('consume', cost, -1, lease);
    return this.#evaluate(name, args, (reply) => {
      const outcome = outcomeOf(reply);
      if (!outcome.allowed && cost > 0 && !outcome.slotDenied && !this.#spec.countRejected)
        denials.add(name, cost, outcome, asked);
      return outcome;
    });
  }

  peek(key: string, cost: number): Promise<WindowOutcome> {
    return this.#evaluate(this.#nameOf(key), this.#arguments('peek', cost, -1, ''), outcomeOf);
  }

  async refund(key: string, cost: number, at: Milliseconds = -1): Promise<void> {
    await this.#change(key, 'refund', cost, at, '');
  }

  async release(key: string, lease: string): Promise<void> {
    await this.#evaluate(this.#nameOf(key), this.#arguments('release', 0, -1, lease), ignore);
  }

  async reset(key: string): Promise<void> {
    await this.#change(key, 'reset', 0, -1, '');
  }

  async resetAll(): Promise<void> {
    const { client, clock, denials } = this.#parts;
    await unlinkByPrefix(client, `${this.#prefix}{`, clock);
    denials.clear();
  }

  async #change(key: string, what: string, cost: number, at: Milliseconds, lease: string): Promise<void> {
    const name = this.#nameOf(key);
    // Also afterwards: a refusal that was on its way meanwhile is older than the change.
    this.#parts.denials.delete(name);
    await this.#evaluate(name, this.#arguments(what, cost, at, lease), ignore);
    this.#parts.denials.delete(name);
  }

  /** The key's name. All of a subject is one key; the hash tag lets other keys of the subject live beside it. */
  #nameOf(key: string): string {
    return `${this.#prefix}{${key}}`;
  }

  #plainArguments(cost: number): readonly RedisArgument[] {
    return cost === 1 ? this.#policies : [...this.#policies, cost];
  }

  #arguments(what: string, cost: number, at: Milliseconds, lease: string): RedisArgument[] {
    const { countRejected, concurrency } = this.#spec;
    const extra = [what, at, countRejected ? 1 : 0, concurrency, lease, this.#parts.leaseTTL];
    return [...this.#policies, cost, ...extra];
  }

  /** No deadline here: who calls has one. A ready client is called directly, the rest is for `RedisScript`. */
  #evaluate<R>(name: string, args: readonly RedisArgument[], use: (reply: unknown) => R): Promise<R> {
    const { client, writes } = this.#parts;
    if (client.status !== 'ready') return this.#script.run(client, [name], args, this.#noDeadline).then(use);
    writes.gather();
    return client.evalsha(SHA, 1, name, ...args).then(use, (error: unknown) => {
      // Nothing else is tried again: what was asked may have been counted.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(WINDOW_SCRIPT, 1, name, ...args).then(use);
    });
  }
}

const ignore = (): void => {};

/** What the script says, by index: destructuring a reply costs more than the rest of this. */
function outcomeOf(reply: unknown): WindowOutcome {
  const figures = reply as number[];
  if (figures.length === 2) {
    const at = figures[0] as number;
    return { allowed: true, at, remaining: [figures[1] as number], retryAfter: [0], slotDenied: false };
  }
  const remaining: number[] = [];
  const retryAfter: number[] = [];
  for (let i = 3; i < figures.length; i += 2) {
    const wait = figures[i + 1] as number;
    remaining.push(figures[i] as number);
    retryAfter.push(wait < 0 ? Infinity : wait);
  }
  return {
    allowed: figures[0] === 1,
    at: figures[1] as number,
    remaining,
    retryAfter,
    slotDenied: figures[2] === 1,
  };
}
