import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import Database from 'libsql';
import { InvalidOptionError } from '@spark-perf/core';
import { MultiLevelCache } from '../../src/index.js';
import { postgresDialect, SqlCacheDatabase, sqliteDialect } from '../../src/sql.js';
import type { SqlQuery } from '../../src/sql.js';
import { databaseClientTests } from '../../src/testing/index.js';
import { usePostgres } from '../postgres.js';

function sqlite(): { query: SqlQuery; close: () => void } {
  const database = new Database(':memory:');
  const query: SqlQuery = (sql, params) => {
    const statement = database.prepare(sql);
    if (/^\s*select/i.test(sql)) return statement.all(...params) as Record<string, unknown>[];
    statement.run(...params);
    return [];
  };
  return { query, close: () => database.close() };
}

describe('SQLite', () => {
  const suite = databaseClientTests(() => {
    const { query, close } = sqlite();
    const clock = new ManualClock();
    const client = new SqlCacheDatabase({ query, dialect: sqliteDialect, clock });
    const dispose = (): Promise<void> => {
      client.close();
      close();
      return Promise.resolve();
    };
    return Promise.resolve({ client, elapse: (ms) => clock.advance(ms), dispose });
  });
  test.each(suite)('$name', ({ run }) => run());

  test('expired rows are swept, by themselves', async () => {
    const { query, close } = sqlite();
    const clock = new ManualClock();
    const client = new SqlCacheDatabase({
      query,
      dialect: sqliteDialect,
      clock,
      sweepInterval: 1_000,
      table: 'mine',
    });
    for (let i = 0; i < 20; i++) await client.set(`k${i}`, 'v', { ttl: i < 15 ? 100 : 10_000 });
    await clock.advance(1_001);
    expect(await query('SELECT count(*) AS n FROM mine', [])).toEqual([{ n: 5 }]);
    client.close();
    close();
  });

  test('the third level of a cache: values survive the process, tags are honoured', async () => {
    const { query, close } = sqlite();
    const databaseClient = new SqlCacheDatabase({ query, dialect: sqliteDialect });
    await using first = new MultiLevelCache({ databaseClient, levelTimeout: 5_000 });
    await first.set('k', new Map([['a', 1n]]));
    await first.set('t', 1, { tags: ['x'] });
    await using second = new MultiLevelCache({ databaseClient, levelTimeout: 5_000 });
    expect(await second.get('k')).toEqual(new Map([['a', 1n]]));
    await second.invalidateTags(['x']);
    expect(await second.get('t')).toBeNull();
    await second.set('nul\u0000key', 1);
    await second.invalidate('k');
    expect(await first.namespace('n').get('k')).toBeNull();
    databaseClient.close();
    close();
  });
});

describe('PostgreSQL', () => {
  const postgres = usePostgres();
  const { query } = postgres;

  const suite = databaseClientTests(async () => {
    await query('DROP TABLE IF EXISTS spark_cache', []);
    const clock = new ManualClock();
    const client = new SqlCacheDatabase({ query, dialect: postgresDialect, clock });
    return { client, elapse: (ms) => clock.advance(ms), dispose: async () => client.close() };
  });
  test.each(suite)('$name', ({ run }) => run());

  test('paused and back: no errors, missed changes arrive', async () => {
    await query('DROP TABLE IF EXISTS spark_cache', []);
    const databaseClient = new SqlCacheDatabase({ query, dialect: postgresDialect });
    await databaseClient.get('warm-up');
    await using cache = new MultiLevelCache({ databaseClient, levelTimeout: 200 });
    await cache.set('deleted', 'old');
    await cache.set('set', 'old');
    await postgres.service.pause();
    await cache.invalidate('deleted');
    await cache.set('set', 'new');
    expect(await cache.getOrSet('fetched', () => 1)).toBe(1);
    expect(await cache.get('deleted')).toBeNull();
    expect(cache.getStats().l3).toMatchObject({ up: false });
    const back = new Promise((resolve) => cache.on('levelUp', resolve));
    await postgres.service.resume();
    await back;
    await using other = new MultiLevelCache({ databaseClient, levelTimeout: 5_000 });
    expect(await other.get('deleted')).toBeNull();
    expect(await other.get('set')).toBe('new');
    databaseClient.close();
  }, 60_000);
});

test('bad options', () => {
  const query = () => [];
  expect(() => new SqlCacheDatabase({ query, dialect: sqliteDialect, table: 'a; drop' })).toThrow(
    InvalidOptionError,
  );
  expect(() => new SqlCacheDatabase({ query: 1 as never, dialect: sqliteDialect })).toThrow(
    InvalidOptionError,
  );
});
