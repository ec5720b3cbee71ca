import type { RedisArgument, RedisClient } from '@spark-perf/core/redis';
import type { Redis } from 'ioredis';

/**
 * A client whose scripts read the time from a key instead of from Redis's clock, so that a test can step it. The script
 * is the one in use, but for that call; it is sent whole each time.
 */
export class SteppingRedis implements RedisClient {
  readonly #client: Redis;
  #now = 1_700_000_000_000;

  constructor(client: Redis) {
    this.#client = client;
  }

  get status(): string {
    return this.#client.status;
  }

  connect(): Promise<unknown> {
    return this.#client.connect();
  }

  async step(ms: number): Promise<void> {
    this.#now += ms;
    await this.#client.set(
      'clock',
      JSON.stringify([Math.floor(this.#now / 1000), (this.#now % 1000) * 1000]),
    );
  }

  evalsha(): Promise<unknown> {
    return Promise.reject(new Error('NOSCRIPT'));
  }

  eval(script: string, keys: number, ...rest: RedisArgument[]): Promise<unknown> {
    const stepped = script.replace("call('TIME')", "cjson.decode(call('GET', 'clock'))");
    if (stepped === script) throw new Error('the script no longer asks for the time as expected');
    return this.#client.eval(stepped, keys, ...rest);
  }

  scan(...args: Parameters<Redis['scan']>): Promise<[string, string[]]> {
    return this.#client.scan(...args);
  }

  unlink(key: string): Promise<number> {
    return this.#client.unlink(key);
  }
}
