/** What a command takes as an argument. */
export type RedisArgument = string | number | Buffer;

/** What this suite needs of a Redis client. ioredis's `Redis` and `Cluster` (5.4 and later) satisfy it. */
export interface RedisClient {
  /** ioredis's connection state: commands are sent only when it is `ready`; `wait` is a lazy one. */
  readonly status: string;
  connect(): Promise<unknown>;
  eval(script: string, numberOfKeys: number, ...keysAndArgs: RedisArgument[]): Promise<unknown>;
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArgs: RedisArgument[]): Promise<unknown>;
}

/** A client that can make a connection of its own for subscriptions. */
export interface SubscribableRedisClient extends RedisClient {
  duplicate(): RedisSubscriberConnection;
}

/** What `duplicate()` gives. */
export interface RedisSubscriberConnection {
  readonly status: string;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  disconnect(): void;
}
