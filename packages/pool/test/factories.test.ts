import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { ConnectionPool } from '../src/index.js';
import { redisFactory } from '../src/redis.js';
import { sqliteFactory } from '../src/sqlite.js';

describe('sqliteFactory', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spark-pool-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('lends connections to one file, and rolls back what is left open', async () => {
    await using pool = new ConnectionPool(sqliteFactory(path.join(folder, 'a.db')), {
      minSize: 2,
      maxSize: 2,
    });
    await pool.ready();
    await pool.use((database) => database.exec('CREATE TABLE t (n)'));
    await pool.use((database) => {
      database.exec('BEGIN');
      database.exec('INSERT INTO t VALUES (1)');
    });
    const count = await pool.use((database) => database.prepare('SELECT count(*) AS n FROM t').get());
    expect(count).toMatchObject({ n: 0 });
    expect(await pool.healthCheck()).toEqual({ checked: 2, unhealthy: 0 });
  });

  test('commits and rolls back', async () => {
    const factory = sqliteFactory(path.join(folder, 'b.db'), { setup: '' });
    await using pool = new ConnectionPool(factory, { minSize: 0, maxSize: 1 });
    await pool.use((database) => {
      database.exec('CREATE TABLE t (n)');
      factory.begin!(database);
      database.exec('INSERT INTO t VALUES (1)');
      factory.commit!(database);
      factory.begin!(database);
      database.exec('INSERT INTO t VALUES (2)');
      factory.rollback!(database);
      expect(database.prepare('SELECT n FROM t').all()).toMatchObject([{ n: 1 }]);
    });
  });

  test('a connection that was closed is not valid', async () => {
    const factory = sqliteFactory(path.join(folder, 'c.db'));
    const database = await factory.create({ signal: new AbortController().signal });
    expect(await factory.validate!(database)).toBe(true);
    await factory.destroy(database);
    expect(await factory.validate!(database)).toBe(false);
  });

  test('a file that is none is a failed creation', async () => {
    await using pool = new ConnectionPool(sqliteFactory(path.join(folder, 'no', 'such', 'folder.db')), {
      minSize: 0,
      maxRetries: 0,
    });
    await expect(pool.acquire()).rejects.toMatchObject({ code: 'SPARK_POOL_UNAVAILABLE' });
  });
});

describe('redisFactory', () => {
  let redis: RedisService;
  beforeAll(async () => {
    redis = await startRedis();
  }, 60_000);
  afterAll(() => redis.stop());

  test('lends connections of their own, and replaces those that break', async () => {
    await using pool = new ConnectionPool(redisFactory(redis.url), {
      minSize: 1,
      maxSize: 2,
      retryDelay: 20,
    });
    await pool.ready();
    const [a, b] = await Promise.all([pool.acquire(), pool.acquire()]);
    await a.watch('k');
    await b.set('k', '1');
    expect(await a.multi().set('k', '2').exec()).toBeNull();
    pool.release(a);
    pool.release(b);
    expect(await pool.healthCheck()).toEqual({ checked: 2, unhealthy: 0 });
    await redis.kill();
    await waitFor(() => pool.getStats().totalSize === 0);
    await redis.restart();
    await waitFor(() => pool.getStats().totalSize >= 1);
    expect(await pool.use((client) => client.ping())).toBe('PONG');
  }, 60_000);

  test('a refused connection is a failed creation, told as such', async () => {
    await using pool = new ConnectionPool(redisFactory({ host: '127.0.0.1', port: 1 }), {
      minSize: 0,
      maxRetries: 0,
    });
    await expect(pool.acquire()).rejects.toMatchObject({ code: 'SPARK_POOL_UNAVAILABLE' });
  });
});
