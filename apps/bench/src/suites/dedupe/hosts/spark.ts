import { RequestDeduplicator } from '@spark-perf/dedupe';
import { bodyParser, Spark } from '@spark-perf/server';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../../serve.js';
import { PAYLOAD, uniqueKey } from './unique-key.js';

/**
 * `plain`: without us. `unique`: every request is a new one. `replay`: every request but the first is a repeat.
 * `burst`: the same, and tells when it answered.
 */
export async function start(argument: unknown): Promise<RunningServer> {
  const app = new Spark();
  const dedupe = new RequestDeduplicator();
  let runs = 0;
  const answeredAt: number[] = [];
  if (argument !== 'replay' && argument !== 'burst') {
    app.use((ctx, next) => {
      uniqueKey(ctx.req);
      return next();
    });
  }
  if (argument === 'burst') {
    app.use((ctx, next) => {
      ctx.res.once('finish', () => answeredAt.push(performance.now()));
      return next();
    });
  }
  if (argument !== 'plain' && argument !== 'constant') app.use(dedupe.middleware());
  app.use(bodyParser());
  app.post('/', (ctx) => {
    runs++;
    ctx.res.setHeader('Content-Type', 'application/json; charset=utf-8');
    ctx.send(PAYLOAD);
  });
  app.post('/slow', async (ctx) => {
    runs++;
    // Long enough for all to have arrived: who comes later is no follower.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    ctx.send(PAYLOAD);
  });
  await app.listen(0, '127.0.0.1');
  return {
    port: (app.server.address() as AddressInfo).port,
    ask: () => ({ runs, spread: Math.max(...answeredAt) - Math.min(...answeredAt) }),
  };
}
