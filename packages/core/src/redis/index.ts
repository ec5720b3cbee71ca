export { callRedis } from './call-redis.js';
export type { RedisCallOptions } from './call-redis.js';
export { GatheredWrites } from './gathered-writes.js';
export type {
  RedisArgument,
  RedisClient,
  RedisSubscriberConnection,
  SubscribableRedisClient,
} from './redis-client.js';
export { RedisNotReadyError, RedisTimeoutError } from './redis-errors.js';
export { RedisScript } from './redis-script.js';
export { RedisSubscriber } from './redis-subscriber.js';
export type { RedisSubscriberEvents } from './redis-subscriber.js';
