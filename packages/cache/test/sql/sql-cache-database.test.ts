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

describe('the table', () => {
  const { query } = usePostgres();

  test('is made once by many processes that start at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      await query('DROP TABLE IF EXISTS at_once', []);
      const clients = Array.from(
        { length: 10 },
        () => new SqlCacheDatabase({ query, dialect: postgresDialect, table: 'at_once' }),
      );
      await Promise.all(clients.map((client, i) => client.set(`k${i}`, 'v', { ttl: 60_000 })));
      expect(await query('SELECT count(*)::int AS n FROM at_once', [])).toEqual([{ n: 10 }]);
      for (const client of clients) client.close();
    }
  });

  test('that somebody else has made does, for one who may not make any', async () => {
    const { query: all, close } = sqlite();
    const first = new SqlCacheDatabase({ query: all, dialect: sqliteDialect });
    await first.set('k', 'v', { ttl: 60_000 });
    let refused = 0;
    const restricted: SqlQuery = (sql, params) => {
      if (!/^create/i.test(sql)) return all(sql, params);
      refused++;
      throw new Error('permission denied');
    };
    const second = new SqlCacheDatabase({ query: restricted, dialect: sqliteDialect });
    expect(await second.get('k')).toBe('v');
    await second.set('k', 'w', { ttl: 60_000 });
    expect([await first.get('k'), refused]).toEqual(['w', 1]);
    const none = new SqlCacheDatabase({ query: restricted, dialect: sqliteDialect, table: 'none' });
    await expect(none.get('k')).rejects.toThrow('permission denied');
    for (const client of [first, second, none]) client.close();
    close();
  });

  test('that could not be made is made by a later call', async () => {
    const { query: all, close } = sqlite();
    let down = true;
    const flaky: SqlQuery = (sql, params) => {
      if (down) throw new Error('down');
      return all(sql, params);
    };
    const client = new SqlCacheDatabase({ query: flaky, dialect: sqliteDialect });
    await expect(client.get('k')).rejects.toThrow('down');
    down = false;
    expect(await client.get('k')).toBeNull();
    client.close();
    close();
  });

  test.each(['SQLite', 'PostgreSQL'])('%s: a sweep leaves no expired row, however many', async (name) => {
    const own = name === 'SQLite' ? sqlite() : { query, close: () => {} };
    const dialect = name === 'SQLite' ? sqliteDialect : postgresDialect;
    const clock = new ManualClock({ wall: 1_000_000 });
    const client = new SqlCacheDatabase({ query: own.query, dialect, clock, table: 'many_rows' });
    await client.set('stays', 'v', { ttl: 60_000 });
    const values = Array.from({ length: 2_500 }, (_, i) => `('k${i}', 'v', 1)`).join(', ');
    await own.query(`INSERT INTO many_rows (key, value, expires) VALUES ${values}`, []);
    await client.sweep();
    expect(await own.query('SELECT key FROM many_rows', [])).toEqual([{ key: 'stays' }]);
    client.close();
    own.close();
  });
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
