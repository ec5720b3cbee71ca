import type { Clock, Milliseconds } from '@spark-perf/core';
import { clockOption, numberOption, optionsObject, stringOption } from '@spark-perf/core';
import type {
  RedisArgument,
  RedisCallOptions,
  RedisScript,
  SubscribableRedisClient,
} from '@spark-perf/core/redis';
import { RedisSubscriber } from '@spark-perf/core/redis';
import type { OwnerToken } from '../dedupe-state.js';
import type { ClaimRequest, ClaimResult, DedupeStore, SettleRequest } from '../dedupe-store.js';
import { decodeOutcome, encodeOutcome } from '../outcome-codec.js';
import { ChangeBell } from './change-bell.js';
import { CLAIM, RELEASE, RENEW, SETTLE } from './redis-dedupe-scripts.js';

export interface RedisDedupeStoreOptions {
  /** What its keys and its channel begin with. Instances that share work share it. @default 'spark:dedupe:' */
  readonly prefix?: string | undefined;
  /** Longest wait for a reply; at least 1. @default 50 */
  readonly timeout?: Milliseconds | undefined;
  /** Source of time for deadlines; what is stored goes by Redis's own. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** Defaults of `RedisDedupeStoreOptions`. */
export const REDIS_DEDUPE_STORE_DEFAULTS = Object.freeze({ prefix: 'spark:dedupe:', timeout: 50 });

/** How often a follower asks by itself, where no message has woken it. */
const POLL_INTERVAL: Milliseconds = 250;

/**
 * Shared by a fleet, over the user's ioredis `Redis` or `Cluster`. One script per transition, on one key; followers
 * are woken over a channel of a connection of our own, and ask by themselves when that is down.
 */
export class RedisDedupeStore implements DedupeStore {
  readonly #client: SubscribableRedisClient;
  readonly #prefix: string;
  readonly #channel: string;
  readonly #timeout: Milliseconds;
  readonly #clock: Clock;
  readonly #bell: ChangeBell;
  readonly #subscriber: RedisSubscriber;

  /** @throws InvalidOptionError */
  constructor(client: SubscribableRedisClient, raw?: RedisDedupeStoreOptions) {
    const options = optionsObject('options', raw, ['prefix', 'timeout', 'clock']);
    this.#client = client;
    this.#prefix = stringOption('prefix', options.prefix, REDIS_DEDUPE_STORE_DEFAULTS.prefix);
    this.#timeout = numberOption('timeout', options.timeout, REDIS_DEDUPE_STORE_DEFAULTS.timeout, { min: 1 });
    this.#clock = clockOption(options.clock);
    this.#bell = new ChangeBell(this.#clock);
    this.#channel = `${this.#prefix}changes`;
    this.#subscriber = new RedisSubscriber(client, this.#channel, (id) => this.#bell.ring(id));
  }

  async claim(id: string, request: ClaimRequest): Promise<ClaimResult> {
    const { token, fingerprint, lease, onOrphan, retention, following = '' } = request;
    const args = [token, fingerprint, lease, onOrphan, retention, following, this.#channel, id];
    const reply = await this.#run(CLAIM, id, args, (late) => {
      // The caller was told that it failed, and goes on without: nobody would ever settle this claim.
      if ((late as string[])[0] === 'claimed') void this.release(id, token).catch(() => {});
    });
    return claimResult(reply as (string | number)[]);
  }

  async renew(id: string, token: OwnerToken, lease: Milliseconds): Promise<boolean> {
    return (await this.#run(RENEW, id, [token, lease])) === 1;
  }

  async settle(id: string, token: OwnerToken, request: SettleRequest): Promise<boolean> {
    const args = [
      token,
      encodeOutcome(request.outcome),
      request.retention,
      request.shareFor,
      this.#channel,
      id,
    ];
    return (await this.#run(SETTLE, id, args)) === 1;
  }

  async release(id: string, token: OwnerToken): Promise<boolean> {
    return (await this.#run(RELEASE, id, [token, this.#channel, id])) === 1;
  }

  wait(id: string, options: { timeout: Milliseconds; signal: AbortSignal }): Promise<void> {
    this.#subscriber.start();
    return this.#bell.wait(id, Math.min(options.timeout, POLL_INTERVAL), options.signal);
  }

  /** Nothing is held in this process. */
  size(): { entries: number; bytes: number } {
    return { entries: 0, bytes: 0 };
  }

  /** Closes our own connection; the user's client stays as it is. */
  async close(): Promise<void> {
    this.#subscriber.close();
    this.#bell.ringAll();
  }

  #run(
    script: RedisScript,
    id: string,
    args: readonly RedisArgument[],
    onLate?: (reply: unknown) => void,
  ): Promise<unknown> {
    const options: RedisCallOptions = { timeout: this.#timeout, clock: this.#clock, onLate };
    return script.run(this.#client, [`${this.#prefix}{${id}}`], args, options);
  }
}

function claimResult(reply: readonly (string | number)[]): ClaimResult {
  const [kind, first, second] = reply;
  switch (kind) {
    case 'claimed':
      return { kind, orphaned: first === 1 };
    case 'inFlight':
      return { kind, owner: String(first), leaseRemaining: Number(second) };
    case 'settled':
      return { kind, outcome: decodeOutcome(String(first)) };
    case 'unknown':
      return { kind, orphaned: first === 1 };
    default:
      return { kind: 'mismatch' };
  }
}
