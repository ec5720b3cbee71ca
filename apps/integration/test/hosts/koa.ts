import http from 'node:http';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import type { Context } from '@spark-perf/core';
import type Koa from 'koa';
import { sparkContext, toKoa } from '@spark-perf/adapters/koa';
import type { StartHost } from './host.js';
import { bodyText, failure, listening, textOf } from './host.js';

type Parsed = { body?: unknown };

export const onKoa =
  (Application: typeof Koa): StartHost =>
  (middlewares, { work, parseBody, mounted } = {}) => {
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
    if (parseBody === true) {
      app.use(async (ctx, next) => {
        if (ctx.method === 'POST') (ctx.request as Parsed).body = JSON.parse(await textOf(ctx.req));
        await next();
      });
    }
    for (const middleware of middlewares) app.use(toKoa(middleware));
    if (mounted !== undefined) app.use(toKoa(mounted, { prefix: '/mounted' }));
    const router = new Router();
    router.get('/hello', (ctx) => void (ctx.body = { hello: 'world' }));
    const users = new Router({ prefix: '/users' });
    users.get('/:id', (ctx) => void (ctx.body = { id: String(ctx.params.id) }));
    router.post('/echo', async (ctx) => {
      ctx.body = await bodyText((ctx.request as Parsed).body, ctx.req);
    });
    router.get('/stream', (ctx) => void (ctx.body = Readable.from(['a', 'b', 'c'])));
    router.get('/fail', failure);
    router.get('/found', (ctx) => void (ctx.body = { found: sparkContext(ctx) !== undefined }));
    router.all('/work', async (ctx) => void (ctx.body = await work?.(sparkContext(ctx) as Context)));
    app.use(router.routes()).use(users.routes());
    return listening(http.createServer(app.callback()), handled);
  };
