import { MultiLevelCache } from '@spark-perf/cache';
import { Spark } from '@spark-perf/server';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../../serve.js';

const PAYLOAD = JSON.stringify({ message: 'x'.repeat(500) });

/** `cached`: through the middleware. `constant`: without it. The handler is the same. */
export async function start(argument: unknown): Promise<RunningServer> {
  const app = new Spark();
  if (argument === 'cached') app.use(new MultiLevelCache({ l1TTL: 3_600_000 }).middleware());
  app.get('/plain', (ctx) => {
    ctx.res.setHeader('Content-Type', 'application/json; charset=utf-8');
    ctx.send(PAYLOAD);
  });
  await app.listen(0, '127.0.0.1');
  return { port: (app.server!.address() as AddressInfo).port, close: () => app.close() };
}
