import { createHash } from 'node:crypto';
import type { RedisCallOptions } from './call-redis.js';
import { callRedis } from './call-redis.js';
import type { RedisArgument, RedisClient } from './redis-client.js';

/**
 * A Lua script, run by its hash. Only when the server does not know it (`NOSCRIPT`: nothing has been run) is it
 * sent whole, to the node that owns the keys, which thereby learns it.
 */
export class RedisScript {
  readonly #lua: string;
  readonly #sha: string;

  constructor(lua: string) {
    this.#lua = lua;
    this.#sha = createHash('sha1').update(lua).digest('hex');
  }

  /**
   * On a Cluster all `keys` must share a hash tag.
   * @throws RedisNotReadyError, RedisTimeoutError, or the error reply.
   */
  run(
    client: RedisClient,
    keys: readonly string[],
    args: readonly RedisArgument[],
    options: RedisCallOptions,
  ): Promise<unknown> {
    return callRedis(client, () => this.#evaluate(client, keys, args), options);
  }

  async #evaluate(
    client: RedisClient,
    keys: readonly string[],
    args: readonly RedisArgument[],
  ): Promise<unknown> {
    try {
      return await client.evalsha(this.#sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(this.#lua, keys.length, ...keys, ...args);
    }
  }
}
