import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { bodyParser, Spark } from '@spark-perf/server';
import type { StartHost } from './host.js';
import { bodyText, failure } from './host.js';

/** Spark itself, without an adapter, with the routes that the other hosts have. */
export const onSpark: StartHost = async (middlewares, { work, parseBody, mounted } = {}) => {
  const handled: unknown[] = [];
  const app = new Spark({ port: 0 });
  app.on('error', (error) => handled.push(error));
  if (parseBody === true) app.use(bodyParser());
  for (const middleware of middlewares) app.use(middleware);
  if (mounted !== undefined) app.use('/mounted', mounted);
  app.get('/hello', (ctx) => ctx.json({ hello: 'world' }));
  app.get('/users/:id', (ctx) => ctx.json({ id: ctx.params.id }));
  app.get('/stream', (ctx) => void Readable.from(['a', 'b', 'c']).pipe(ctx.res));
  app.get('/fail', failure);
  app.all('/work', async (ctx) => ctx.json(await work?.(ctx)));
  app.post('/echo', async (ctx) => {
    return ctx.send(await bodyText(ctx.body, ctx.req));
  });
  await app.listen();
  return {
    port: (app.server.address() as AddressInfo).port,
    server: app.server,
    handled,
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
};
