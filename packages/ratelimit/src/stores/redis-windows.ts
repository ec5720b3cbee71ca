import { createHash } from 'node:crypto';
import type { Clock, Milliseconds } from '@spark-perf/core';
import type { RedisArgument, RedisClient } from '@spark-perf/core/redis';
import { RedisScript } from '@spark-perf/core/redis';
import type { AsyncWindows, WindowOutcome, WindowSpec } from '../window-store.js';
import type { DenyCache } from './deny-cache.js';
import { policyArguments, WINDOW_SCRIPT } from './redis-window-script.js';
import { unlinkByPrefix } from './unlink-by-prefix.js';

const SHA = createHash('sha1').update(WINDOW_SCRIPT).digest('hex');

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
    const reply = this.#isPlain
      ? this.#evaluate(name, ['consume', cost, ...this.#policies])
      : this.#run(name, 'consume', cost, -1, lease);
    return reply.then((figures) => {
      const outcome = outcomeOf(figures);
      if (!outcome.allowed && cost > 0 && !outcome.slotDenied && !this.#spec.countRejected)
        denials.add(name, cost, outcome, asked);
      return outcome;
    });
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

  #run(name: string, what: string, cost: number, at: Milliseconds, lease: string): Promise<unknown> {
    const { countRejected, concurrency } = this.#spec;
    const extra = [at, countRejected ? 1 : 0, concurrency, lease, this.#parts.leaseTTL];
    const args = [what, cost, ...this.#policies, ...extra];
    return this.#evaluate(name, args);
  }

  /** No deadline here: who calls has one. A ready client is called directly, the rest is for `RedisScript`. */
  #evaluate(name: string, args: readonly RedisArgument[]): Promise<unknown> {
    const { client } = this.#parts;
    if (client.status !== 'ready') return this.#script.run(client, [name], args, this.#noDeadline);
    return client.evalsha(SHA, 1, name, ...args).catch((error: unknown) => {
      // Nothing else is tried again: what was asked may have been counted.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(WINDOW_SCRIPT, 1, name, ...args);
    });
  }
}

/** What the script says, by index: destructuring a reply costs more than the rest of this. */
function outcomeOf(reply: unknown): WindowOutcome {
  const figures = reply as number[];
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
