import { expect, test } from '@jest/globals';
import { ConnectionPool, db } from '@spark-perf/pool';
import { waitFor } from '@spark-perf/test-services';
import { onEveryHost } from '../on-every-host.js';

interface Connection {
  query(sql: string): Promise<string>;
}

onEveryHost((start) => {
  const poolOf = (): ConnectionPool<Connection> =>
    new ConnectionPool<Connection>(
      { create: async () => ({ query: async (sql) => `ran ${sql}` }), destroy: async () => {} },
      { minSize: 0, maxSize: 1 },
    );

  test('a connection per request that asks, back when the response is over', async () => {
    await using pool = poolOf();
    const host = await start([pool.middleware()], {
      work: async (ctx) => ({ rows: await db<Connection>(ctx).query('SELECT 1') }),
    });
    for (let i = 0; i < 3; i++) {
      expect(await (await host.fetch('/work')).json()).toEqual({ rows: 'ran SELECT 1' });
      await waitFor(() => pool.getStats().activeSize === 0);
    }
    expect((await host.fetch('/hello')).status).toBe(200);
    expect(pool.getStats().poolSize).toBe(1);
  });

  test('also when the handler fails', async () => {
    await using pool = poolOf();
    const host = await start([pool.middleware()], {
      work: async (ctx) => {
        await db<Connection>(ctx).query('SELECT 1');
        throw new Error('boom');
      },
    });
    expect((await host.fetch('/work')).status).toBeGreaterThanOrEqual(400);
    await waitFor(() => pool.getStats().activeSize === 0);
    expect(host.handled).toHaveLength(1);
  });

  test.each(['facade', 'eager', 'lease'] as const)(
    'a transaction by %s is committed before the answer',
    async (mode) => {
      const steps: string[] = [];
      const step = (name: string) => async (): Promise<void> => void steps.push(name);
      const query = async (sql: string): Promise<string> => (steps.push(sql), sql);
      const transaction = { begin: step('begin'), commit: step('commit'), rollback: step('rollback') };
      await using pool = new ConnectionPool<Connection>(
        { create: async () => ({ query }), destroy: async () => {}, ...transaction },
        { minSize: 0, maxSize: 1 },
      );
      const host = await start([pool.middleware({ mode, transaction: true })], {
        work: async (ctx) => {
          const held = (ctx as unknown as { db: unknown }).db;
          const given = mode === 'lease' ? await (held as () => Promise<Connection>)() : (held as Connection);
          await given.query('INSERT');
          if (ctx.query.fail !== undefined) throw new Error('boom');
          return { done: true };
        },
      });
      expect(await (await host.fetch('/work')).json()).toEqual({ done: true });
      expect(steps).toEqual(['begin', 'INSERT', 'commit']);
      await waitFor(() => pool.getStats().activeSize === 0);
      expect((await host.fetch('/work?fail')).status).toBeGreaterThanOrEqual(400);
      expect(steps.slice(3)).toEqual(['begin', 'INSERT', 'rollback']);
      await waitFor(() => pool.getStats().activeSize === 0);
    },
  );
});
