import { afterEach, describe, expect, test } from '@jest/globals';
import type { CapturedResponse } from '@spark-perf/core';
import { captureResponse } from '@spark-perf/core';
import Router from '@koa/router';
import { waitFor } from '@spark-perf/test-services';
import Koa from 'koa';
import Koa2 from 'koa-2';
import compression from 'koa-compress';
import { sparkContext, toKoa } from '../src/koa.js';
import type { Listening } from './listen.js';
import { listen } from './listen.js';

describe.each([
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
])('on %s', (_name, Application) => {
  let server: Listening;
  afterEach(() => server.close());
  const start = async (build: (app: Koa) => unknown): Promise<Koa> => {
    const app = new Application();
    build(app);
    server = await listen(app.callback());
    return app;
  };

  test.each([
    [new Error('late'), 'late'],
    ['no error', 'no error'],
  ])('what ours throw after the response is an event: %p', async (thrown, message) => {
    const errors: Error[] = [];
    await start((app) => {
      app.on('error', (error: Error) => errors.push(error));
      app.use(
        toKoa(async (_ctx, next) => {
          await next();
          throw thrown as Error;
        }),
      );
      app.use((ctx) => void (ctx.body = 'fine'));
    });
    expect(await (await fetch(server.url)).text()).toBe('fine');
    await waitFor(() => errors.length === 1);
    expect(errors[0]?.message).toBe(message);
  });

  test("address by Koa's proxy setting, body and raw body of a parser, user of the state", async () => {
    let seen: unknown[] = [];
    await start((app) => {
      app.proxy = true;
      app.use((ctx, next) => {
        Object.assign(ctx.request, { body: { a: 1 }, rawBody: '{"a":1}' });
        (ctx.state as { user?: object }).user = { id: 7 };
        return next();
      });
      app.use(
        toKoa((ctx, next) => {
          seen = [ctx.ip, ctx.body, String(ctx.rawBody), ctx.user];
          return next();
        }),
      );
      app.use((ctx) => void (ctx.body = { same: sparkContext(ctx) === sparkContext(ctx.req) }));
    });
    const response = await fetch(server.url, { headers: { 'X-Forwarded-For': '203.0.113.9' } });
    expect(await response.json()).toEqual({ same: true });
    expect(seen).toEqual(['203.0.113.9', { a: 1 }, '{"a":1}', { id: 7 }]);
  });

  test('prefix and nested routers', async () => {
    const seen: unknown[] = [];
    await start((app) => {
      app.use(
        toKoa(
          async (ctx, next) => {
            seen.push([ctx.path, ctx.mountpath]);
            await next();
            seen.push(ctx.route);
          },
          { prefix: '/api' },
        ),
      );
      app.use(
        new Router({ prefix: '/api/users' }).get('/:id', (ctx) => void (ctx.body = ctx.params.id)).routes(),
      );
    });
    expect(await (await fetch(`${server.url}/api/users/7`)).text()).toBe('7');
    expect((await fetch(`${server.url}/other`)).status).toBe(404);
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual([['/users/7', '/api'], '/api/users/:id']);
  });

  test('an application that answers by itself (respond = false) is waited for', async () => {
    let status = 0;
    await start((app) => {
      app.use(
        toKoa(async (ctx, next) => {
          await next();
          status = ctx.res.statusCode;
        }),
      );
      app.use((ctx) => {
        ctx.respond = false;
        setImmediate(() => ctx.res.writeHead(202).end('own'));
      });
    });
    expect(await (await fetch(server.url)).text()).toBe('own');
    await waitFor(() => status === 202);
  });

  test.each(['before', 'after'])('compression %s ours', async (place) => {
    const captured: Promise<CapturedResponse>[] = [];
    await start((app) => {
      const capture = toKoa((ctx, next) => {
        captured.push(captureResponse(ctx.res, { maxBytes: 100_000 }).produced);
        return ctx.path === '/ours' ? ctx.status(429).json({ slow: 'down' }) : next();
      });
      const compress = compression({ threshold: 1 });
      for (const one of place === 'before' ? [compress, capture] : [capture, compress]) app.use(one);
      app.use((ctx) => void (ctx.body = 'x'.repeat(5_000)));
    });
    const response = await fetch(server.url, { headers: { 'Accept-Encoding': 'gzip' } });
    expect([response.headers.get('content-encoding'), (await response.text()).length]).toEqual([
      'gzip',
      5_000,
    ]);
    // Koa compresses before it sends, wherever the middleware stands: what is sent is what is captured.
    const { outcome, body } = await captured[0]!;
    expect([outcome, body.length < 5_000]).toEqual(['complete', true]);
    const ours = await fetch(`${server.url}/ours`);
    expect([ours.status, await ours.json()]).toEqual([429, { slow: 'down' }]);
  });
});
