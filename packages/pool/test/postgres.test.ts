import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Spark } from '@spark-perf/server';
import type { PostgresService } from '@spark-perf/test-services';
import { startPostgres, waitFor } from '@spark-perf/test-services';
import knex from 'knex';
import pg from 'pg';
import type { ConnectionPoolOptions } from '../src/index.js';
import { ConnectionPool, db, tarnPool } from '../src/index.js';
import { pgFactory } from '../src/pg.js';

let postgres: PostgresService;
let admin: pg.Client;

beforeAll(async () => {
  postgres = await startPostgres({ settings: { max_connections: 60 } });
  await connectAdmin();
  await admin.query('CREATE TABLE numbers (n int)');
}, 120_000);
afterAll(async () => {
  await admin.end();
  await postgres.stop();
});

async function connectAdmin(): Promise<void> {
  admin = new pg.Client({ connectionString: postgres.connectionString, application_name: 'admin' });
  admin.on('error', () => {});
  await admin.connect();
}

function makePool(options: ConnectionPoolOptions = {}): ConnectionPool<pg.Client> {
  return new ConnectionPool(pgFactory(postgres.connectionString), {
    minSize: 0,
    maxSize: 5,
    retryDelay: 20,
    maxRetryDelay: 200,
    ...options,
  });
}

const backend = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
};

describe('on PostgreSQL', () => {
  test('a restart under load gives no wrong result, and the pool recovers', async () => {
    await using pool = makePool();
    let wrong = 0;
    let right = 0;
    let stop = false;
    const load = Array.from({ length: 8 }, async (_, worker) => {
      for (let i = 0; !stop; i++) {
        const asked = worker * 1_000_000 + i;
        try {
          const answer = await pool.use(async (client) => {
            const { rows } = await client.query<{ n: number }>('SELECT $1::int AS n', [asked]);
            return rows[0]!.n;
          });
          if (answer === asked) right++;
          else wrong++;
        } catch {
          // refused, or cut off in the middle
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    });
    await waitFor(() => right > 200);
    await postgres.kill();
    await postgres.restart();
    const before = right;
    await waitFor(() => right > before + 200);
    stop = true;
    await Promise.all(load);
    expect(wrong).toBe(0);
    expect(pool.getStats().destroyed).toBeGreaterThanOrEqual(5);
    expect(pool.getStats()).toMatchObject({ activeSize: 0, waitingSize: 0 });
    await connectAdmin();
  }, 60_000);

  test('1,000 requests whose clients leave: no lease leaked, no transaction open', async () => {
    const pool = makePool({ maxSize: 4 });
    const app = new Spark({ port: 0 });
    app.use(pool.middleware({ transaction: true, settleTimeout: 5_000 }));
    app.use(async (ctx) => {
      const client = db<pg.Client>(ctx);
      await client.query('INSERT INTO numbers VALUES (1)');
      await client.query('SELECT pg_sleep(0.002)');
      ctx.json({});
    });
    await app.listen(0, '127.0.0.1');
    const { port } = app.server.address() as AddressInfo;
    const leave = (after: number): Promise<void> =>
      new Promise((resolve) => {
        const req = request({ port, host: '127.0.0.1' }, (res) => res.resume());
        req.on('error', () => {});
        req.on('close', () => resolve());
        req.end();
        setTimeout(() => req.destroy(), after);
      });
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 50 }, (_, k) => leave((k % 10) * 2)));
    await waitFor(() => pool.getStats().activeSize === 0 && pool.getStats().waitingSize === 0);
    const { rows } = await admin.query<{ open: string }>(
      `SELECT count(*) AS open FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`,
    );
    expect(Number(rows[0]!.open)).toBe(0);
    await app.close();
    await pool.close();
  }, 60_000);

  test('pg_terminate_backend on an idle connection: it goes unnoticed by everybody', async () => {
    await using pool = makePool();
    const pid = await pool.use(backend);
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    await waitFor(() => pool.getStats().totalSize === 0);
    expect(await pool.use(backend)).not.toBe(pid);
  });

  test('pg_terminate_backend on a borrowed one: its query fails, the next gets another', async () => {
    await using pool = makePool();
    const client = await pool.acquire();
    const pid = await backend(client);
    const slept = client.query('SELECT pg_sleep(30)').catch((error: unknown) => error);
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(await slept).toMatchObject({ code: '57P01' });
    pool.release(client);
    await waitFor(() => pool.getStats().totalSize === 0);
    expect(await pool.use(backend)).not.toBe(pid);
  });

  test('a transaction left open is rolled back on return', async () => {
    await using pool = makePool({ maxSize: 1 });
    await pool.use(async (client) => {
      await client.query('BEGIN');
      await client.query('INSERT INTO numbers VALUES (42)');
    });
    const { rows } = await pool.use((client) =>
      client.query<{ n: string }>('SELECT count(*) AS n FROM numbers WHERE n = 42'),
    );
    expect(Number(rows[0]!.n)).toBe(0);
  });

  test('a COMMIT that PostgreSQL turns into a ROLLBACK is a failure', async () => {
    const factory = pgFactory({ connectionString: postgres.connectionString });
    await using pool = new ConnectionPool(factory, { minSize: 0 });
    await pool.use(async (client) => {
      await factory.begin!(client);
      await client.query('SELECT 1/0').catch(() => undefined);
      await expect(factory.commit!(client)).rejects.toThrow('rolled the transaction back');
    });
  });

  test('a server that answers nothing costs createTimeout, and holds no process', async () => {
    await postgres.pause();
    try {
      await using pool = makePool({ createTimeout: 100, maxRetries: 0 });
      await expect(pool.acquire()).rejects.toMatchObject({
        code: 'SPARK_POOL_UNAVAILABLE',
        cause: { code: 'SPARK_POOL_CREATE_TIMEOUT' },
      });
    } finally {
      await postgres.resume();
    }
  });

  test('serves knex through its connectionPool option', async () => {
    const pool = makePool({ maxSize: 3 });
    const sql = knex({ client: 'pg', connectionPool: tarnPool(pool) });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => sql.raw<{ rows: { n: number }[] }>('SELECT ?::int AS n', [i])),
    );
    expect(answers.map(({ rows }) => rows[0]!.n)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    await sql.transaction(async (trx) => {
      await trx('numbers').insert({ n: 77 });
      expect(await trx('numbers').where({ n: 77 })).toHaveLength(1);
    });
    await expect(
      sql.transaction(async (trx) => {
        await trx('numbers').insert({ n: 78 });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await sql('numbers').where({ n: 78 })).toHaveLength(0);
    expect(pool.getStats()).toMatchObject({ activeSize: 0, waitingSize: 0 });
    expect(pool.getStats().created).toBeLessThanOrEqual(3);
    await sql.destroy();
    await pool.close();
  });
});
