import type { SubscribableRedisClient } from '@spark-perf/core/redis';

/** A batch of commands for one node. */
export interface RedisPipeline {
  get(key: string): unknown;
  exec(): Promise<readonly (readonly [error: Error | null, result: unknown])[] | null>;
}

/** What the Redis level needs of ioredis's `Redis` or `Cluster`. */
export interface CacheRedisClient extends SubscribableRedisClient {
  get(key: string): Promise<string | null>;
  mget(...keys: string[]): Promise<(string | null)[]>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
  time(): Promise<readonly (string | number)[]>;
  publish(channel: string, message: string): Promise<number>;
  /** Only a Cluster has it. */
  readonly isCluster?: boolean | undefined;
  readonly slots?: readonly (readonly string[] | undefined)[] | undefined;
  pipeline(): RedisPipeline;
}

/** The guide's client: no scripts, so no guarantees that need them. */
export interface PlainRedisClient {
  get(key: string): Promise<string | null>;
  setex(key: string, seconds: number, value: string): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/** Whether the client can run scripts. */
export function isScriptable(client: CacheRedisClient | PlainRedisClient): client is CacheRedisClient {
  const { evalsha, mget, hmget, status } = client as Partial<CacheRedisClient>;
  return (
    typeof evalsha === 'function' &&
    typeof mget === 'function' &&
    typeof hmget === 'function' &&
    typeof status === 'string'
  );
}
