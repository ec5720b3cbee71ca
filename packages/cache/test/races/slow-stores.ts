import type { DatabaseClient, PlainRedisClient } from '../../src/index.js';
import type { Schedule } from './schedule.js';

/**
 * A store whose calls take effect at some moment between their start and their end, in any order. One that fails may
 * have taken effect or not.
 */
export function slowRedis(schedule: Schedule, failing = (): boolean => false): PlainRedisClient {
  const data = new Map<string, string>();
  const pause = async (): Promise<void> => {
    await schedule.pause();
    if (failing()) throw new Error('down');
  };
  return {
    async get(key) {
      await pause();
      const text = data.get(key) ?? null;
      await pause();
      return text;
    },
    async setex(key, _seconds, value) {
      await pause();
      data.set(key, value);
      await pause();
    },
    async del(key) {
      await pause();
      data.delete(key);
      await pause();
    },
  };
}

export function slowDatabase(schedule: Schedule, failing?: () => boolean): DatabaseClient {
  const redis = slowRedis(schedule, failing);
  return {
    get: (key) => redis.get(key),
    set: (key, value) => redis.setex(key, 1, value),
    del: (key) => redis.del(key),
  };
}
