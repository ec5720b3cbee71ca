import { expect, test } from '@jest/globals';
import { MultiLevelCache } from '@spark-perf/cache';
import { addResource, ResourceManager } from '@spark-perf/lifecycle';
import { ConnectionPool, db } from '@spark-perf/pool';
import { Spark } from '@spark-perf/server';
import { waitFor } from '@spark-perf/test-services';

interface Connection {
  query(sql: string): Promise<string>;
}

test('what is under way is answered, then cache and pool are closed as they depend on each other', async () => {
  const order: string[] = [];
  const pool = new ConnectionPool<Connection>(
    {
      create: async () => ({ query: async (sql) => sql }),
      destroy: async () => void order.push('connection'),
    },
    { minSize: 0, maxSize: 1 },
  );
  const cache = new MultiLevelCache();
  const resources = new ResourceManager({ signals: false, exit: false });
  resources.register('pool', pool, (it) => it.close().then(() => void order.push('pool')));
  resources.register('cache', cache, (it) => it.close().then(() => void order.push('cache')), {
    dependsOn: ['pool'],
  });

  let release: (() => void) | undefined;
  const app = new Spark({ port: 0 });
  for (const engine of [resources, cache, pool]) app.use(engine.middleware());
  app.get('/slow', async (ctx) => {
    await db<Connection>(ctx).query('SELECT 1');
    addResource(ctx, { close: () => void order.push('request') });
    await new Promise<void>((resolve) => (release = resolve));
    ctx.json({ fine: true });
  });
  resources.server(app, { linger: 0, timeout: 20_000 });
  await app.listen();
  const { port } = app.server?.address() as { port: number };

  const answer = fetch(`http://127.0.0.1:${port}/slow`);
  await waitFor(() => release !== undefined);
  const down = resources.shutdown('test');
  release?.();
  expect(await (await answer).json()).toEqual({ fine: true });
  await down;
  expect(order).toEqual(['request', 'cache', 'connection', 'pool']);
  await expect(fetch(`http://127.0.0.1:${port}/slow`)).rejects.toThrow();
});
