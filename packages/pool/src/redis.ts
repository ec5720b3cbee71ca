import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';
import type { ConnectionFactory } from './factory.js';
import { isSocketError } from './fatal-error.js';

const FATAL_MESSAGE = /^(?:Connection is closed|Stream isn't writeable|LOADING|READONLY)/;

/** ioredis's options, less the mode of replies. */
export type RedisConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * Connections to Redis, by `ioredis`: for what needs one of its own, such as `WATCH`, `MULTI` or blocking commands.
 * They neither reconnect nor queue while offline, because replacing them is the pool's business.
 */
export function redisFactory(config: string | RedisConnectionOptions): ConnectionFactory<Redis> {
  const options: RedisConnectionOptions = {
    ...(typeof config === 'string' ? {} : config),
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    reconnectOnError: () => false,
  };
  return {
    async create({ signal }) {
      const redis = typeof config === 'string' ? new Redis(config, options) : new Redis(options);
      redis.on('error', ignore); // until the pool listens
      const giveUp = (): void => redis.disconnect();
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        await redis.connect();
        signal.throwIfAborted();
      } catch (error) {
        redis.disconnect();
        throw error;
      } finally {
        signal.removeEventListener('abort', giveUp);
      }
      redis.removeListener('error', ignore);
      return redis;
    },
    destroy(redis) {
      redis.disconnect();
    },
    async validate(redis) {
      return (await redis.ping()) === 'PONG';
    },
    isFatal: (error) =>
      isSocketError(error) || FATAL_MESSAGE.test(String((error as { message?: unknown }).message)),
  };
}

function ignore(): void {}
