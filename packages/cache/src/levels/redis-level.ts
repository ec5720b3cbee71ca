import type { Clock, Milliseconds } from '@spark-perf/core';
import type { RedisArgument, RedisScript } from '@spark-perf/core/redis';
import { callRedis, GatheredWrites } from '@spark-perf/core/redis';
import { readMany } from './read-many.js';
import type { CacheRedisClient } from './redis-commands.js';
import * as scripts from './redis-level-scripts.js';
import type {
  FillRequest,
  LeaseClaim,
  Reading,
  SharedLevel,
  Versions,
  WriteRequest,
} from './shared-level.js';

export interface RedisLevelOptions {
  readonly client: CacheRedisClient;
  readonly prefix: string;
  /** Eight characters that name this instance. */
  readonly origin: string;
  readonly channel: string;
  /** The next message about keys (`k`), tags (`t`) or leases (`u`), without the generation that scripts append. */
  readonly message: (kind: 'k' | 't' | 'u', names: readonly string[]) => string;
  readonly maxTags: number;
  readonly versionsTTL: Milliseconds;
  readonly tombstoneTTL: Milliseconds;
  readonly clock: Clock;
}

/** Keys of one read from which on it counts as a batch. */
const BATCH = 16;

/** ioredis's `Redis` or `Cluster`. All keys of one entry share a hash tag; the versions are one key. */
export class RedisLevel implements SharedLevel {
  readonly scripted = true;
  readonly #options: RedisLevelOptions;
  readonly #versionsKey: string;
  readonly #writes: GatheredWrites;
  #seen = 0;

  constructor(options: RedisLevelOptions) {
    this.#options = options;
    this.#versionsKey = `${options.prefix}{versions}`;
    this.#writes = new GatheredWrites(options.client);
  }

  get ready(): boolean {
    return this.#options.client.status === 'ready' || this.#options.client.status === 'wait';
  }

  get seen(): number {
    return this.#seen;
  }

  /** A generation that became known otherwise, as by a message. */
  saw(generation: number): void {
    if (generation > this.#seen) this.#seen = generation;
  }

  async read(keys: readonly string[], tags: readonly string[]): Promise<Reading> {
    const { client } = this.#options;
    const full = keys.map((key) => this.#entryKey(key));
    // A batch fills a system call of its own, and Redis need not wait for the end of our turn to begin with it.
    if (keys.length < BATCH) this.#writes.gather();
    // Both are written to the socket in this turn: one round trip.
    const [versions, texts] = await Promise.all([
      this.versions(tags),
      this.#call(() => readMany(client, full)),
    ]);
    return { texts, versions };
  }

  async versions(tags: readonly string[]): Promise<Versions> {
    const { client, versionsTTL } = this.#options;
    const fields = ['c', 'b', ...tags];
    let reply = await this.#call(() => client.hmget(this.#versionsKey, ...fields));
    if (reply[0] === null)
      reply = (await this.#run(
        scripts.versionsScript,
        [this.#versionsKey],
        [versionsTTL, ...fields],
      )) as string[];
    return { clock: Number(reply[0]), base: Number(reply[1]), tags: reply.slice(2).map(Number) };
  }

  async write({ key, body, ttl }: WriteRequest): Promise<number> {
    const { origin, channel, message } = this.#options;
    const args = [origin, body === undefined ? 't' : 'v', body ?? '', px(ttl), channel, message('k', [key])];
    return this.#generation(await this.#run(scripts.writeScript, [this.#entryKey(key)], args));
  }

  async fill({ key, body = '', ttl, expected, token = '', generation = 0 }: FillRequest): Promise<number> {
    const args = [this.#options.origin, body, px(ttl), expected, token, generation];
    return this.#generation(
      await this.#run(scripts.fillScript, [this.#entryKey(key), this.#leaseKey(key)], args),
    );
  }

  async time(key?: string): Promise<number> {
    const { client } = this.#options;
    if (client.isCluster === true)
      return key === undefined ? 0 : Number(await this.#run(scripts.timeScript, [this.#entryKey(key)], []));
    const [seconds, micros] = await this.#call(() => client.time());
    return Number(seconds) * 1_000_000 + Number(micros);
  }

  async replay({ key, body, ttl }: WriteRequest, cutoff: number, soft: boolean): Promise<number> {
    const { origin, channel, message, tombstoneTTL } = this.#options;
    const kind = body === undefined ? 't' : 'v';
    const args = [origin, kind, body ?? '', px(ttl), channel, message('k', [key]), cutoff, soft ? 1 : 0];
    const reply = await this.#run(scripts.replayScript, [this.#entryKey(key)], [...args, px(tombstoneTTL)]);
    return this.#generation(reply);
  }

  async bump(tags: readonly string[]): Promise<number> {
    const { versionsTTL, maxTags, channel, message } = this.#options;
    const args = [versionsTTL, maxTags + 2, channel, message('t', tags), ...tags];
    return Number(await this.#run(scripts.bumpScript, [this.#versionsKey], args));
  }

  async claim(key: string, token: string, lease: Milliseconds): Promise<LeaseClaim> {
    const keys = [this.#leaseKey(key), this.#entryKey(key)];
    // A client may be set to give numbers as strings.
    const [acquired, text] = (await this.#run(scripts.claimScript, keys, [token, px(lease)])) as [
      number | string,
      string | null,
    ];
    return { acquired: Number(acquired) === 1, text };
  }

  async renew(key: string, token: string, lease: Milliseconds): Promise<boolean> {
    return Number(await this.#run(scripts.renewScript, [this.#leaseKey(key)], [token, px(lease)])) === 1;
  }

  async surrender(key: string, token: string): Promise<void> {
    const { channel, message } = this.#options;
    await this.#run(scripts.surrenderScript, [this.#leaseKey(key)], [token, channel, message('u', [key])]);
  }

  /** Puts off the end of the versions: an instance that is alive needs them. */
  async keepVersions(): Promise<void> {
    await this.#run(scripts.versionsScript, [this.#versionsKey], [this.#options.versionsTTL, 'c']);
  }

  #run(script: RedisScript, keys: readonly string[], args: readonly RedisArgument[]): Promise<unknown> {
    const { client, clock } = this.#options;
    this.#writes.gather();
    return script.run(client, keys, args, { timeout: Infinity, clock });
  }

  #call<T>(command: () => Promise<T>): Promise<T> {
    const { client, clock } = this.#options;
    return callRedis(client, command, { timeout: Infinity, clock });
  }

  #generation(reply: unknown): number {
    const generation = Number(reply);
    this.saw(generation);
    return generation;
  }

  // The letter keeps the hash tag from being empty, which would mean "no tag".
  #entryKey(key: string): string {
    return `${this.#options.prefix}{k${key}}`;
  }

  #leaseKey(key: string): string {
    return `${this.#options.prefix}{k${key}}:lease`;
  }
}

/** Redis wants whole milliseconds, at least 1, in 53 bits less its own clock. */
function px(ms: Milliseconds): number {
  return Math.max(1, Math.min(Math.ceil(ms), 2 ** 52));
}
