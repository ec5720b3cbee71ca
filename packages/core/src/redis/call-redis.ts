import type { Clock } from '../clock.js';
import { systemClock } from '../clock.js';
import { withDeadline } from '../deadline.js';
import type { Milliseconds } from '../units.js';
import type { RedisClient } from './redis-client.js';
import { RedisNotReadyError, RedisTimeoutError } from './redis-errors.js';

export interface RedisCallOptions<T = unknown> {
  /** Longest wait for the reply; at least 1. */
  readonly timeout: Milliseconds;
  /** Gets a reply that came after the deadline. A claim made by it must be released. */
  readonly onLate?: ((reply: T) => void) | undefined;
  /** @default systemClock */
  readonly clock?: Clock | undefined;
}

/**
 * Calls Redis with a deadline, or fails at once when the client is not `ready`: ioredis would queue the command
 * and run it at some later time. A lazy client is connected first, within the same deadline.
 * @throws RedisNotReadyError, RedisTimeoutError, or what the command rejects with.
 */
export function callRedis<T>(
  client: Pick<RedisClient, 'status' | 'connect'>,
  command: () => PromiseLike<T>,
  options: RedisCallOptions<T>,
): Promise<T> {
  const { timeout, onLate, clock = systemClock } = options;
  let reply: PromiseLike<T>;
  if (client.status === 'ready') {
    try {
      reply = command();
    } catch (error) {
      return Promise.reject(error);
    }
  } else if (client.status === 'wait') reply = connectThen(client, command);
  else return Promise.reject(new RedisNotReadyError(client.status));
  return withDeadline(clock, reply, timeout, { onTimeout: () => new RedisTimeoutError(timeout), onLate });
}

async function connectThen<T>(
  client: Pick<RedisClient, 'status' | 'connect'>,
  command: () => PromiseLike<T>,
): Promise<T> {
  try {
    await client.connect();
  } catch (cause) {
    throw new RedisNotReadyError(client.status, { cause });
  }
  return command();
}
