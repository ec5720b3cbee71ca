import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import { serve } from '@hono/node-server';
import type { Middleware } from '@spark-perf/core';
import express from 'express';
import express4 from 'express-4';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import Koa2 from 'koa-2';
import { sparkContext as ofExpress, toExpress } from '../src/express.js';
import { sparkContext as ofFastify, toFastify } from '../src/fastify.js';
import { sparkContext as ofHono, toHono } from '../src/hono.js';
import { sparkContext as ofHttp, toHttp } from '../src/http.js';
import { sparkContext as ofKoa, toKoa } from '../src/koa.js';

export interface Host {
  readonly port: number;
  /** How often the host's error handler has run. */
  readonly handled: unknown[];
  close(): Promise<void>;
}

/**
 * Every host has the same routes behind our middlewares: GET /hello → JSON; GET /users/:id → the id, by a mounted router
 * where the host has such; POST /echo → the body's text; GET /stream → three chunks; GET /fail → an error, thrown late;
 * GET /found → whether `sparkContext` finds our context. Its documented error handler answers 418.
 */
export type StartHost = (middlewares: Middleware[]) => Promise<Host>;

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const failure = async (): Promise<never> => {
  await later();
  throw new Error('boom');
};
const textOf = async (stream: AsyncIterable<unknown>): Promise<string> => {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
};

async function listening(server: http.Server, handled: unknown[]): Promise<Host> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    handled,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const onExpress =
  (make: typeof express): StartHost =>
  (middlewares) => {
    const handled: unknown[] = [];
    const app = make();
    for (const middleware of middlewares) app.use(toExpress(middleware));
    app.get('/hello', (_req, res) => void res.json({ hello: 'world' }));
    const users = make.Router();
    users.get('/:id', (req, res) => void res.json({ id: req.params.id }));
    app.use('/users', users);
    app.post('/echo', (req, res, next) => void textOf(req).then((text) => res.send(text), next));
    app.get('/stream', (_req, res) => void Readable.from(['a', 'b', 'c']).pipe(res));
    app.get('/fail', (_req, _res, next) => void failure().catch(next));
    app.get('/found', (req, res) => void res.json({ found: ofExpress(req) !== undefined }));
    app.use((error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
      handled.push(error);
      res.status(418).json({ error: 'teapot' });
    });
    return listening(http.createServer(app), handled);
  };

const onKoa =
  (Application: typeof Koa): StartHost =>
  (middlewares) => {
    const handled: unknown[] = [];
    const app = new Application();
    app.silent = true;
    app.on('error', () => {});
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch (error) {
        handled.push(error);
        ctx.status = 418;
        ctx.body = { error: 'teapot' };
      }
    });
    for (const middleware of middlewares) app.use(toKoa(middleware));
    const router = new Router();
    router.get('/hello', (ctx) => void (ctx.body = { hello: 'world' }));
    const users = new Router({ prefix: '/users' });
    users.get('/:id', (ctx) => void (ctx.body = { id: String(ctx.params.id) }));
    router.post('/echo', async (ctx) => void (ctx.body = await textOf(ctx.req)));
    router.get('/stream', (ctx) => void (ctx.body = Readable.from(['a', 'b', 'c'])));
    router.get('/fail', failure);
    router.get('/found', (ctx) => void (ctx.body = { found: ofKoa(ctx) !== undefined }));
    app.use(router.routes()).use(users.routes());
    return listening(http.createServer(app.callback()), handled);
  };

const onFastify: StartHost = async (middlewares) => {
  const handled: unknown[] = [];
  const app = fastify();
  for (const middleware of middlewares) await app.register(toFastify(middleware));
  app.setErrorHandler(async (error, _request, reply) => {
    handled.push(error);
    return reply.code(418).send({ error: 'teapot' });
  });
  app.get('/hello', async () => ({ hello: 'world' }));
  await app.register(
    async (users) => {
      users.get('/:id', async (request) => ({ id: (request.params as { id: string }).id }));
    },
    { prefix: '/users' },
  );
  app.post('/echo', async (request, reply) => {
    const { body } = request;
    return reply.type('text/plain').send(typeof body === 'string' ? body : JSON.stringify(body));
  });
  app.get('/stream', (_request, reply) => reply.send(Readable.from(['a', 'b', 'c'])));
  app.get('/fail', failure);
  app.get('/found', async (request) => ({ found: ofFastify(request) !== undefined }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return listening(app.server, handled);
};

const onHono: StartHost = async (middlewares) => {
  const handled: unknown[] = [];
  const app = new Hono();
  for (const middleware of middlewares) app.use('*', toHono(middleware));
  app.get('/hello', (c) => c.json({ hello: 'world' }));
  const users = new Hono();
  users.get('/:id', (c) => c.json({ id: c.req.param('id') }));
  app.route('/users', users);
  app.post('/echo', async (c) => c.text(await c.req.raw.text()));
  app.get(
    '/stream',
    () =>
      new Response(Readable.toWeb(Readable.from([Buffer.from('a'), Buffer.from('bc')])) as ReadableStream),
  );
  app.get('/fail', failure);
  app.get('/found', (c) => c.json({ found: ofHono(c) !== undefined }));
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

const onHttp: StartHost = (middlewares) => {
  const handled: unknown[] = [];
  const handler = async (req: http.IncomingMessage, res: http.ServerResponse): Promise<void> => {
    const json = (data: object): void =>
      void res.setHeader('Content-Type', 'application/json').end(JSON.stringify(data));
    const { pathname: path } = new URL(req.url ?? '/', 'http://host');
    if (path === '/hello') json({ hello: 'world' });
    else if (path.startsWith('/users/')) json({ id: path.slice(7) });
    else if (path === '/echo') res.end(await textOf(req));
    else if (path === '/stream') Readable.from(['a', 'b', 'c']).pipe(res);
    else if (path === '/found') json({ found: ofHttp(req) !== undefined });
    else if (path === '/fail') await failure();
    else res.writeHead(404).end();
  };
  // A bare listener has no error handler: the outermost of ours stands for it.
  const handles: Middleware = async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      handled.push(error);
      ctx.status(418).json({ error: 'teapot' });
    }
  };
  return listening(http.createServer(toHttp([handles, ...middlewares], handler)), handled);
};

export const HOSTS: Readonly<Record<string, StartHost>> = {
  'Express 5': onExpress(express),
  'Express 4': onExpress(express4 as unknown as typeof express),
  'Koa 3': onKoa(Koa),
  'Koa 2': onKoa(Koa2 as unknown as typeof Koa),
  'Fastify 5': onFastify,
  'Hono 4': onHono,
  'node:http': onHttp,
};
