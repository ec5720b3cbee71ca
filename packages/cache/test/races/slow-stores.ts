import type { DatabaseClient, PlainRedisClient } from '../../src/index.js';
import type { Schedule } from './schedule.js';

/** A store whose calls take effect at some moment between their start and their end, in any order. */
export function slowRedis(schedule: Schedule): PlainRedisClient {
  const data = new Map<string, string>();
  return {
    async get(key) {
      await schedule.pause();
      const text = data.get(key) ?? null;
      await schedule.pause();
      return text;
    },
    async setex(key, _seconds, value) {
      await schedule.pause();
      data.set(key, value);
      await schedule.pause();
    },
    async del(key) {
      await schedule.pause();
      data.delete(key);
      await schedule.pause();
    },
  };
}

export function slowDatabase(schedule: Schedule): DatabaseClient {
  const redis = slowRedis(schedule);
  return {
    get: (key) => redis.get(key),
    set: (key, value) => redis.setex(key, 1, value),
    del: (key) => redis.del(key),
  };
}
