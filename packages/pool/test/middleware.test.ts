import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Context, Middleware } from '@spark-perf/core';
import { InvalidOptionError } from '@spark-perf/core';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { Spark } from '@spark-perf/server';
import { waitFor } from '@spark-perf/test-services';
import type { ConnectionFactory, ConnectionPoolOptions, PoolMiddlewareOptions } from '../src/index.js';
import { connection, ConnectionPool, db } from '../src/index.js';

class Conn {
  readonly log: string[] = [];
  constructor(readonly id: number) {}
  query(sql: string): Promise<string> {
    this.log.push(sql);
    return Promise.resolve(`${sql}:${this.id}`);
  }
  now(): number {
    return 7;
  }
  fail(code: string): void {
    throw Object.assign(new Error('failed'), { code });
  }
  hang(): Promise<never> {
    return new Promise(() => {});
  }
  readonly name = 'not a method';
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function makePool(options: ConnectionPoolOptions = {}, factory: Partial<ConnectionFactory<Conn>> = {}) {
  const all: Conn[] = [];
  const destroyed: Conn[] = [];
  const pool = new ConnectionPool<Conn>(
    {
      create: () => {
        const one = new Conn(all.length + 1);
        all.push(one);
        return one;
      },
      destroy: (one) => void destroyed.push(one),
      ...factory,
    },
    { minSize: 0, maxSize: 2, ...options },
  );
  return { pool, all, destroyed };
}

const transactional: Partial<ConnectionFactory<Conn>> = {
  begin: (one) => one.query('BEGIN'),
  commit: (one) => one.query('COMMIT'),
  rollback: (one) => one.query('ROLLBACK'),
};

async function serve(
  pool: ConnectionPool<Conn>,
  options: PoolMiddlewareOptions,
  handler: Middleware,
): Promise<string> {
  const app = new Spark({ port: 0 });
  app.use(pool.middleware(options));
  app.use(handler);
  await app.listen(0, '127.0.0.1');
  const { server } = app;
  closers.push(
    () => pool.close({ deadline: 100 }),
    () => app.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A client that leaves as soon as `when` holds. */
async function leave(url: string, when: () => boolean): Promise<void> {
  const req = request(url);
  req.on('error', () => {});
  req.end();
  await waitFor(when);
  req.destroy();
}

describe('facade', () => {
  test('takes no connection for a request that does not touch it, nor for looking at it', async () => {
    const { pool, all } = makePool();
    const url = await serve(pool, {}, async (ctx) => {
      const facade = db<Conn>(ctx) as unknown as Record<PropertyKey, unknown>;
      expect(await Promise.resolve(facade)).toBe(facade); // not a promise
      ctx.json({
        then: typeof facade.then,
        symbol: typeof facade[Symbol.iterator],
        text: JSON.stringify({ facade }),
      });
    });
    expect(await (await fetch(url)).json()).toEqual({
      then: 'undefined',
      symbol: 'undefined',
      text: '{"facade":{}}',
    });
    expect(all).toHaveLength(0);
  });

  test('borrows one connection per request, however often it is asked, and gives it back', async () => {
    const { pool, all } = makePool({ maxSize: 1 });
    const url = await serve(pool, {}, async (ctx) => {
      const facade = db<Conn>(ctx);
      const answers = await Promise.all([facade.query('a'), facade.query('b'), facade.now()]);
      ctx.json(answers);
    });
    for (let i = 0; i < 3; i++) expect(await (await fetch(url)).json()).toEqual(['a:1', 'b:1', 7]);
    expect(all).toHaveLength(1);
    await waitFor(() => pool.getStats().activeSize === 0);
  });

  test('gives back when the handler throws, and destroys after a fatal error', async () => {
    const { pool, destroyed } = makePool();
    const url = await serve(pool, {}, async (ctx) => {
      await db<Conn>(ctx).fail(ctx.query.code as string);
    });
    expect((await fetch(`${url}?code=X`)).status).toBe(500);
    await waitFor(() => pool.getStats().activeSize === 0);
    expect(destroyed).toHaveLength(0);
    expect((await fetch(`${url}?code=EPIPE`)).status).toBe(500);
    await waitFor(() => destroyed.length === 1);
    expect(pool.getStats()).toMatchObject({ activeSize: 0, totalSize: 0 });
  });

  test('a method that is none is a TypeError', async () => {
    const { pool } = makePool();
    const url = await serve(pool, {}, async (ctx) => {
      const error = await (db<Conn>(ctx) as unknown as { name(): Promise<unknown> })
        .name()
        .catch((e: unknown) => e);
      ctx.json({ error: String(error) });
    });
    expect(await (await fetch(url)).json()).toEqual({
      error: 'TypeError: The connection has no method name',
    });
  });

  test('is of no use after the response, and leaves no rejection behind', async () => {
    const { pool } = makePool();
    const late: Promise<unknown>[] = [];
    const url = await serve(pool, {}, async (ctx) => {
      await db<Conn>(ctx).query('early');
      ctx.json({});
      await new Promise((resolve) => ctx.res.once('close', resolve));
      void db<Conn>(ctx).query('dropped');
      late.push(db<Conn>(ctx).query('late'));
    });
    await fetch(url);
    await waitFor(() => late.length === 1);
    await expect(late[0]).rejects.toMatchObject({ code: 'SPARK_POOL_REQUEST_ENDED' });
  });

  test('a client that leaves while its request waits frees its place in the queue', async () => {
    const { pool } = makePool({ maxSize: 1 });
    const held = await pool.acquire();
    const url = await serve(pool, {}, async (ctx) => {
      await db<Conn>(ctx).query('x');
      ctx.json({});
    });
    await leave(url, () => pool.getStats().waitingSize === 1);
    await waitFor(() => pool.getStats().waitingSize === 0);
    pool.release(held);
    expect(pool.getStats()).toMatchObject({ activeSize: 0, aborted: 1 });
  });

  test('a client that leaves gives back all that its pipelined requests have borrowed', async () => {
    const { pool } = makePool({ maxSize: 3 });
    const url = await serve(pool, {}, async (ctx) => {
      await db<Conn>(ctx).query('x');
      // Only the first response has the connection; the others are written, and wait for it.
      if (ctx.path === '/1') await new Promise(() => {});
      ctx.json({});
    });
    const client = connect(Number(new URL(url).port), '127.0.0.1');
    client.on('error', () => {});
    client.write(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await waitFor(() => pool.getStats().activeSize === 3);
    client.destroy();
    await waitFor(() => pool.getStats().activeSize === 0);
    expect(pool.getStats()).toMatchObject({ activeSize: 0, totalSize: 3 });
  });

  test('work pending when the client leaves keeps the connection; after settleTimeout it is destroyed', async () => {
    const clock = new ManualClock();
    const { pool, all, destroyed } = makePool({ clock, maxSize: 1 });
    const ctx = fakeContext();
    let work: Promise<unknown> | undefined;
    await pool.middleware({ settleTimeout: 500 })(ctx, async () => {
      work = db<Conn>(ctx).hang();
    });
    await clock.advance(0);
    ctx.abort();
    await clock.advance(400);
    expect(pool.getStats().activeSize).toBe(1);
    expect(destroyed).toHaveLength(0);
    await clock.advance(100);
    expect(destroyed).toEqual(all);
    expect(pool.getStats()).toMatchObject({ activeSize: 0, totalSize: 0 });
    expect(work).toBeInstanceOf(Promise);
  });

  test('pending work that settles in time returns the connection whole', async () => {
    const clock = new ManualClock();
    const { pool, destroyed } = makePool({ clock });
    const ctx = fakeContext();
    let finish = (): void => {};
    Conn.prototype.now = () =>
      new Promise<number>((resolve) => (finish = () => resolve(1))) as unknown as number;
    await pool.middleware()(ctx, async () => void db<Conn>(ctx).now());
    await clock.advance(0);
    ctx.json({});
    await clock.advance(100);
    expect(pool.getStats().activeSize).toBe(1);
    finish();
    await clock.advance(0);
    expect(pool.getStats()).toMatchObject({ activeSize: 0, poolSize: 1 });
    expect(destroyed).toHaveLength(0);
    Conn.prototype.now = () => 7;
  });
});

describe('the other modes', () => {
  test('eager puts the bare connection on the context, for every request', async () => {
    const { pool } = makePool({ maxSize: 1 });
    const url = await serve(pool, { mode: 'eager' }, async (ctx) => {
      const bare = (ctx as Context & { db: Conn }).db;
      ctx.json({
        id: bare.id,
        active: pool.getStats().activeSize,
        same: (await connection<Conn>(ctx)) === bare,
      });
    });
    for (let i = 0; i < 3; i++)
      expect(await (await fetch(url)).json()).toEqual({ id: 1, active: 1, same: true });
  });

  test('lease resolves to the bare connection, always the same one', async () => {
    const { pool, all } = makePool();
    const url = await serve(pool, { mode: 'lease', property: 'store' }, async (ctx) => {
      if (ctx.query.idle !== undefined) return ctx.json({});
      const [a, b] = await Promise.all([connection<Conn>(ctx, 'store'), connection<Conn>(ctx, 'store')]);
      return ctx.json({ same: a === b });
    });
    await fetch(`${url}?idle`);
    expect(all).toHaveLength(0);
    expect(await (await fetch(url)).json()).toEqual({ same: true });
    await waitFor(() => pool.getStats().activeSize === 0);
  });

  test('a bare connection stays with a handler that outlives its client, until settleTimeout', async () => {
    const clock = new ManualClock();
    const { pool, destroyed } = makePool({ clock });
    const ctx = fakeContext();
    const running = pool.middleware({ mode: 'lease', settleTimeout: 300 })(ctx, async () => {
      await connection<Conn>(ctx);
      await new Promise(() => {});
    });
    await clock.advance(0);
    ctx.abort();
    await clock.advance(299);
    expect(pool.getStats().activeSize).toBe(1);
    await clock.advance(1);
    expect(destroyed).toHaveLength(1);
    expect(running).toBeInstanceOf(Promise);
  });

  test('installed twice, a request still has one connection', async () => {
    const { pool, all } = makePool();
    const ctx = fakeContext();
    const inner = pool.middleware({ property: 'inner' });
    await pool.middleware()(ctx, async () => {
      await inner(ctx, async () => {
        await Promise.all([db<Conn>(ctx).query('a'), db<Conn>(ctx, 'inner').query('b')]);
      });
    });
    expect(all).toHaveLength(1);
    expect(all[0]!.log).toEqual(['a', 'b']);
  });
});

describe('transactions', () => {
  const run = async (handler: Middleware, factory: Partial<ConnectionFactory<Conn>> = {}) => {
    const { pool, all, destroyed } = makePool({ resetTimeout: 200 }, { ...transactional, ...factory });
    const url = await serve(pool, { transaction: true, settleTimeout: 100 }, handler);
    const response = await fetch(url, { redirect: 'manual' }).catch((error: unknown) => error as Error);
    await waitFor(() => pool.getStats().activeSize === 0);
    return { response: response as Response, log: all[0]?.log ?? [], destroyed, pool };
  };

  test.each([
    [200, 'COMMIT'],
    [204, 'COMMIT'],
    [302, 'COMMIT'],
    [404, 'ROLLBACK'],
    [500, 'ROLLBACK'],
  ])('a %d ends in %s, before the client hears of it', async (status, end) => {
    let endedFirst = false;
    const { response, log } = await run(async (ctx) => {
      await db<Conn>(ctx).query('x');
      const { res } = ctx;
      res.once('finish', () => (endedFirst = true));
      res.statusCode = status;
      res.setHeader('location', '/elsewhere');
      res.end();
    });
    expect(endedFirst).toBe(true);
    expect(response.status).toBe(status);
    expect(log.slice(0, 3)).toEqual(['BEGIN', 'x', end]);
  });

  test('a handler that throws is rolled back', async () => {
    const { response, log } = await run(async (ctx) => {
      await db<Conn>(ctx).query('x');
      throw new Error('no');
    });
    expect(response.status).toBe(500);
    expect(log).toEqual(['BEGIN', 'x', 'ROLLBACK']);
  });

  test.each([200, 500])(
    'a connection whose transaction ended (%d) is reset before it is lent again',
    async (status) => {
      const { log } = await run(
        async (ctx) => {
          await db<Conn>(ctx).query('x');
          ctx.res.statusCode = status;
          ctx.res.end();
        },
        { reset: (one) => void one.log.push('RESET') },
      );
      expect(log).toEqual(['BEGIN', 'x', status === 200 ? 'COMMIT' : 'ROLLBACK', 'RESET']);
    },
  );

  test('a request that does not touch it begins none', async () => {
    const { response, log } = await run(async (ctx) => ctx.json({}));
    expect(response.status).toBe(200);
    expect(log).toEqual([]);
  });

  test('a commit that fails is a 500 without the headers of the success, and costs the connection', async () => {
    const { response, destroyed } = await run(
      async (ctx) => {
        await db<Conn>(ctx).query('x');
        ctx.res.setHeader('Set-Cookie', 'done=1');
        ctx.json({ done: true });
      },
      { commit: () => Promise.reject(new Error('serialization')) },
    );
    expect(response.status).toBe(500);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.json()).toEqual({ error: 'Internal Server Error' });
    expect(destroyed).toHaveLength(1);
  });

  test('a commit that fails after the head has gone cuts the connection', async () => {
    const { response } = await run(
      async (ctx) => {
        await db<Conn>(ctx).query('x');
        ctx.res.write('partial');
        ctx.res.end('rest');
      },
      { commit: () => Promise.reject(new Error('serialization')) },
    );
    const text = response instanceof Response ? await response.text().catch(() => 'cut') : 'cut';
    expect(text).toBe('cut');
  });

  test('work that never settles is not committed', async () => {
    const { response, destroyed } = await run(async (ctx) => {
      void db<Conn>(ctx).hang();
      await db<Conn>(ctx).query('x');
      ctx.json({});
    });
    expect(response.status).toBe(500);
    expect(destroyed).toHaveLength(1);
  });

  test('a begin that fails is the handler’s error', async () => {
    const { response, destroyed } = await run(async (ctx) => void (await db<Conn>(ctx).query('x')), {
      begin: () => Promise.reject(new Error('no')),
    });
    expect(response.status).toBe(500);
    expect(destroyed).toHaveLength(1);
  });

  test.each([
    { mode: 'lazy' },
    { property: '' },
    { transaction: 1 },
    { settleTimeout: -1 },
    { priority: 10 },
    { priority: 0.5 },
    { wait: 1 },
  ])('options that are none are told at once: %p', (options) => {
    expect(() => makePool().pool.middleware(options as PoolMiddlewareOptions)).toThrow(InvalidOptionError);
  });

  test('needs a factory that knows transactions', () => {
    const { pool } = makePool();
    expect(() => pool.middleware({ transaction: true })).toThrow('transaction');
  });
});
