import type http from 'node:http';
import { Readable } from 'node:stream';
import { serve } from '@hono/node-server';
import type { Context } from '@spark-perf/core';
import { Hono } from 'hono';
import { sparkContext, toHono } from '@spark-perf/adapters/hono';
import type { StartHost } from './host.js';
import { failure, listening } from './host.js';

export const onHono: StartHost = async (middlewares, { work, parseBody, mounted } = {}) => {
  const handled: unknown[] = [];
  const app = new Hono();
  if (parseBody === true) {
    app.post('*', async (c, next) => {
      await c.req.json();
      await next();
    });
  }
  for (const middleware of middlewares) app.use('*', toHono(middleware));
  if (mounted !== undefined) app.use('*', toHono(mounted, { prefix: '/mounted' }));
  app.get('/hello', (c) => c.json({ hello: 'world' }));
  const users = new Hono();
  users.get('/:id', (c) => c.json({ id: c.req.param('id') }));
  app.route('/users', users);
  app.post('/echo', async (c) => c.text(await (parseBody === true ? c.req : c.req.raw).text()));
  app.get('/stream', () => {
    const chunks = Readable.from([Buffer.from('a'), Buffer.from('bc')]);
    return new Response(Readable.toWeb(chunks) as ReadableStream);
  });
  app.get('/fail', failure);
  app.get('/found', (c) => c.json({ found: sparkContext(c) !== undefined }));
  app.all('/work', async (c) => c.json((await work?.(sparkContext(c) as Context)) as object));
  app.onError((error, c) => {
    handled.push(error);
    return c.json({ error: 'teapot' }, 418);
  });
  const server = await new Promise<http.Server>((resolve) => {
    const made = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(made as http.Server),
    );
  });
  return listening(server, handled);
};
