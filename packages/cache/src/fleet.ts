import type { Emitter } from '@spark-perf/core';
import { Bus } from './coherence/bus.js';
import type { LocalVersions } from './coherence/local-versions.js';
import type { CacheEvents } from './events.js';
import { PlainRedisLevel } from './levels/plain-redis-level.js';
import type { CacheRedisClient, PlainRedisClient } from './levels/redis-commands.js';
import { isScriptable } from './levels/redis-commands.js';
import { RedisLevel } from './levels/redis-level.js';
import type { SharedLevel } from './levels/shared-level.js';
import type { ResolvedCacheOptions } from './resolve-options.js';

/** What the cache does with what it hears from others. */
export interface FleetListener {
  readonly onKeys: (keys: readonly string[]) => void;
  readonly onTags: (tags: readonly string[], version: number) => void;
  readonly onLease: (key: string) => void;
  readonly onState: (state: 'up' | 'gap' | 'down') => void;
  /** Runs a call on the shared level, if it can be asked now. */
  readonly run: (call: () => Promise<unknown>) => Promise<unknown>;
}

const SCRIPTED = ['evalsha', 'mget', 'hmget'];

/** What joins this process to others: the shared level, and the channel of invalidations where there is one. */
export class Fleet {
  /** `undefined` without a Redis client. */
  readonly shared: SharedLevel | undefined;
  readonly #redis: { readonly client: CacheRedisClient; readonly level: RedisLevel } | undefined;
  readonly #options: ResolvedCacheOptions;
  readonly #origin: string;
  #bus: Bus | undefined;

  constructor(
    options: ResolvedCacheOptions,
    origin: string,
    local: LocalVersions,
    events: Emitter<CacheEvents>,
  ) {
    this.#options = options;
    this.#origin = origin;
    const { redisClient, prefix } = options;
    if (redisClient === undefined) return;
    if (isScriptable(redisClient)) {
      this.#redis = { client: redisClient, level: this.#open(redisClient) };
      this.shared = this.#redis.level;
      return;
    }
    warnOfMissing(redisClient, options, events);
    this.shared = new PlainRedisLevel(redisClient, prefix, local);
  }

  /** Whether others can be heard: entries of the first level need not be verified. */
  get trusted(): boolean {
    return this.#redis === undefined || this.#bus?.up === true;
  }

  get busUp(): boolean {
    return this.#bus?.up === true;
  }

  get hasBus(): boolean {
    return this.#redis !== undefined;
  }

  /** Opens the channel. */
  listen({ run, ...listener }: FleetListener): void {
    if (this.#redis === undefined) return;
    const { client, level } = this.#redis;
    const { prefix, clock, busHeartbeat } = this.#options;
    const channel = `${prefix}bus`;
    this.#bus = new Bus({
      ...{ client, channel, origin: this.#origin, clock, pingInterval: busHeartbeat, ...listener },
      ping: (message) => run(() => Promise.all([client.publish(channel, message), level.keepVersions()])),
      onGeneration: (generation) => level.saw(generation),
    });
  }

  close(): void {
    this.#bus?.close();
  }

  #open(client: CacheRedisClient): RedisLevel {
    const { prefix, maxTags, tombstoneTTL, l2TTL, l3TTL, clock } = this.#options;
    return new RedisLevel({
      ...{ client, prefix, maxTags, tombstoneTTL, clock, origin: this.#origin, channel: `${prefix}bus` },
      versionsTTL: Math.ceil(2 * Math.max(l2TTL, l3TTL) + tombstoneTTL),
      message: (kind, names) => this.#bus!.message(kind, names),
    });
  }
}

function warnOfMissing(
  client: PlainRedisClient,
  { logger }: ResolvedCacheOptions,
  events: Emitter<CacheEvents>,
): void {
  const missing = SCRIPTED.filter((name) => !(name in client));
  // Told after the constructor, when somebody can listen.
  queueMicrotask(() => {
    logger.warn(
      `redisClient lacks ${missing.join(', ')}: what other processes write is seen when entries expire`,
    );
    events.emit('degraded', { missing });
  });
}
