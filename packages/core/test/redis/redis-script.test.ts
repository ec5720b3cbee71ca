import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import type { RedisClusterService, RedisService } from '@spark-perf/test-services';
import { startRedis, startRedisCluster, waitFor } from '@spark-perf/test-services';
import { callRedis, RedisScript } from '../../src/redis/index.js';

const increment = new RedisScript(`
  local value = redis.call('INCRBY', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], 60000)
  return value`);
const options = { timeout: 5_000 };

describe('on one server', () => {
  let service: RedisService;
  let client: Redis;

  beforeAll(async () => {
    service = await startRedis();
    client = new Redis(service.port, service.host);
    client.on('error', () => {});
    await waitFor(() => client.status === 'ready');
  });
  afterAll(async () => {
    client.disconnect();
    await service.stop();
  });

  test('runs by its hash, and sends the text only when the server does not know it', async () => {
    await client.config('RESETSTAT');
    await client.script('FLUSH');
    expect(await increment.run(client, ['a'], [2], options)).toBe(2);
    expect(await increment.run(client, ['a'], [3], options)).toBe(5);
    await client.script('FLUSH');
    expect(await increment.run(client, ['a'], [1], options)).toBe(6);
    const stats = await client.info('commandstats');
    expect(stats).toMatch(/cmdstat_eval:calls=2,/);
    expect(stats).toMatch(/cmdstat_evalsha:calls=3,/);
  });

  test('an error of the script passes and is not retried', async () => {
    const broken = new RedisScript(`redis.call('INCR', KEYS[1]) return redis.call('LPUSH', KEYS[1], 1)`);
    await expect(broken.run(client, ['b'], [], options)).rejects.toThrow('WRONGTYPE');
    await expect(broken.run(client, ['b'], [], options)).rejects.toThrow('WRONGTYPE');
    expect(await client.get('b')).toBe('2'); // once a call
  });

  test('fails at once unless the client is ready', async () => {
    const down = new Redis(1, '127.0.0.1', { lazyConnect: true, retryStrategy: () => 60_000 });
    down.on('error', () => {});
    await expect(increment.run(down, ['a'], [1], options)).rejects.toMatchObject({
      code: 'SPARK_REDIS_NOT_READY',
    });
    await expect(increment.run(down, ['a'], [1], options)).rejects.toMatchObject({
      code: 'SPARK_REDIS_NOT_READY',
      status: 'reconnecting',
    });
    down.disconnect();
  });

  test('connects a lazy client', async () => {
    const lazy = new Redis(service.port, service.host, { lazyConnect: true });
    expect(await increment.run(lazy, ['lazy'], [1], options)).toBe(1);
    lazy.disconnect();
  });

  test('several first calls on a lazy client share one connect', async () => {
    const lazy = new Redis(service.port, service.host, { lazyConnect: true });
    const first = increment.run(lazy, ['lazy2'], [1], options);
    const second = increment.run(lazy, ['lazy2'], [1], options).catch((error: unknown) => error);
    expect(await first).toBe(1);
    // It came while the client was connecting: refused at once, not queued.
    expect(await second).toMatchObject({ code: 'SPARK_REDIS_NOT_READY' });
    lazy.disconnect();
  });

  test('a paused server costs the deadline once; the late reply is handed over', async () => {
    const late: unknown[] = [];
    await service.pause();
    const call = increment.run(client, ['late'], [7], { timeout: 50, onLate: (reply) => late.push(reply) });
    await expect(call).rejects.toMatchObject({ code: 'SPARK_REDIS_TIMEOUT', timeout: 50 });
    await service.resume();
    await waitFor(() => late.length > 0);
    expect(late).toEqual([7]);
  });

  test('survives a kill and a restart on the same port', async () => {
    await service.kill();
    await waitFor(() => client.status !== 'ready');
    await expect(increment.run(client, ['a'], [1], options)).rejects.toMatchObject({
      code: 'SPARK_REDIS_NOT_READY',
    });
    await service.restart();
    await waitFor(() => client.status === 'ready');
    expect(await increment.run(client, ['fresh'], [1], options)).toBe(1);
  });

  test('a command that throws synchronously rejects', async () => {
    const call = callRedis(
      { status: 'ready', connect: () => Promise.resolve() },
      () => {
        throw new Error('sync');
      },
      options,
    );
    await expect(call).rejects.toThrow('sync');
  });
});

describe('on a cluster', () => {
  let service: RedisClusterService;
  let cluster: Cluster;

  beforeAll(async () => {
    service = await startRedisCluster();
    cluster = new Cluster(service.nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
    cluster.on('error', () => {});
    await waitFor(() => cluster.status === 'ready');
  });
  afterAll(async () => {
    cluster.disconnect();
    await service.stop();
  });

  test('reaches the node of its keys, whichever that is', async () => {
    for (let i = 0; i < 20; i++) expect(await increment.run(cluster, [`{key:${i}}:n`], [i], options)).toBe(i);
  });
});
