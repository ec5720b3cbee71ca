import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startPostgres, waitFor } from '@spark-perf/test-services';
import { openDatabase } from '../src/pool.js';
import { readSettings } from '../src/settings.js';

let directory: string;
beforeAll(() => void (directory = mkdtempSync(path.join(tmpdir(), 'demo-pool-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('a transaction is all or nothing, and its connection is used again', async () => {
  const database = openDatabase(readSettings({}, directory));
  await database.query('CREATE TABLE numbers (n INTEGER)');
  await database.transaction((connection) => connection.query('INSERT INTO numbers VALUES ($1)', [1]));
  const failing = database.transaction(async (connection) => {
    await connection.query('INSERT INTO numbers VALUES ($1)', [2]);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await database.query('SELECT n FROM numbers')).toMatchObject([{ n: 1 }]);
  expect(database.pool.getStats().created).toBeLessThanOrEqual(2);
  await database.close();
});

test('a Postgres that was restarted is used again at once, however busy the connections are', async () => {
  const postgres = await startPostgres();
  const database = openDatabase(readSettings({ DATABASE_URL: postgres.url }, directory));
  try {
    const ask = (): Promise<boolean> =>
      database.query('SELECT 1 AS one').then(
        () => true,
        () => false,
      );
    expect(await Promise.all(Array.from({ length: 10 }, ask))).not.toContain(false);
    await postgres.kill();
    expect(await ask()).toBe(false);
    await postgres.restart();
    // Never idle for long enough to be validated: only what the pool hears of a connection tells that it is broken.
    await waitFor(ask, { timeout: 30_000 });
    for (let i = 0; i < 200; i++) expect(await ask()).toBe(true);
  } finally {
    await database.close();
    await postgres.stop();
  }
});
