import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { CapturedResponse, Middleware } from '@spark-perf/core';
import { captureResponse } from '@spark-perf/core';
import { waitFor } from '@spark-perf/test-services';
import type { EventEmitter } from 'node:events';
import compression from 'compression';
import express from 'express';
import express4 from 'express-4';
import { sparkContext, toExpress } from '../src/express.js';
import { toHttp } from '../src/http.js';
import type { Listening } from './listen.js';
import { listen } from './listen.js';

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('on %s', (_name, make) => {
  let server: Listening;
  afterEach(() => server.close());
  const start = async (build: (app: ReturnType<typeof express>) => unknown): Promise<void> => {
    const app = make();
    build(app);
    server = await listen(app);
  };
  const late = toExpress(async (_ctx, next) => {
    await next();
    throw new Error('late');
  });

  test('what ours throw after the response is an event, or a warning where nobody listens', async () => {
    const errors: Error[] = [];
    await start((app) => {
      (app as EventEmitter).on('error', (error: Error) => errors.push(error));
      app.get('/', late, (_req, res) => void res.send('fine'));
    });
    expect(await (await fetch(server.url)).text()).toBe('fine');
    await waitFor(() => errors.length === 1);
    await server.close();

    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await start((app) => app.get('/', late, (_req, res) => void res.send('fine')));
    expect(await (await fetch(server.url)).text()).toBe('fine');
    await waitFor(() => warnings.mock.calls.length === 1);
    warnings.mockRestore();
  });

  test('one context, whoever asks: an application mounted in another, a listener around both, request and response', async () => {
    const seen: unknown[] = [];
    const see: Middleware = (ctx, next) => (seen.push(ctx), next());
    const app = make();
    const inner = make();
    app.use(toExpress(see));
    app.use('/inner', inner);
    inner.use(toExpress(see));
    inner.get('/', (req, res) => {
      seen.push(sparkContext(req), sparkContext(res));
      res.send('fine');
    });
    server = await listen(app);
    expect(await (await fetch(`${server.url}/inner`)).text()).toBe('fine');
    await server.close();
    server = await listen(toHttp(see, app));
    expect(await (await fetch(`${server.url}/inner`)).text()).toBe('fine');
    expect(seen).toHaveLength(9);
    expect(new Set(seen.slice(0, 4)).size).toBe(1);
    expect(new Set(seen.slice(4)).size).toBe(1);
    expect(seen[0]).toBeDefined();
  });

  test('a router without an application has a context too', async () => {
    const router = make.Router();
    router.use(toExpress((ctx, next) => ((ctx.state.seen = true), next())));
    router.use((req, res) => void res.end(String(sparkContext(req)?.state.seen)));
    server = await listen((req, res) => router(req as never, res as never, () => res.end('not found')));
    expect(await (await fetch(server.url)).text()).toBe('true');
  });

  test('what ours throw beside a rest that they did not await is not lost, and answers nothing', async () => {
    const errors: Error[] = [];
    await start((app) => {
      (app as EventEmitter).on('error', (error: Error) => errors.push(error));
      const hasty = toExpress((_ctx, next) => {
        void next();
        throw new Error('hasty');
      });
      app.get('/', hasty, (_req, res) => void setImmediate(() => res.send('fine')));
    });
    expect(await (await fetch(server.url)).text()).toBe('fine');
    expect(errors.map(({ message }) => message)).toEqual(['hasty']);
  });

  test('the address follows trust proxy, user and bodies are those of the request', async () => {
    let seen: unknown[] = [];
    await start((app) => {
      app.set('trust proxy', 1);
      app.use(make.json({ verify: (req, _res, bytes) => void Object.assign(req, { rawBody: bytes }) }));
      app.use((req, _res, next) => next(void Object.assign(req, { user: { id: 7 } })));
      app.use(
        toExpress((ctx, next) => {
          seen = [ctx.ip, ctx.body, String(ctx.rawBody), ctx.user];
          return next();
        }),
      );
      app.post('/', (req, res) => void res.json({ user: sparkContext(req)?.user }));
    });
    const headers = { 'X-Forwarded-For': '198.51.100.1, 203.0.113.9', 'Content-Type': 'application/json' };
    const response = await fetch(server.url, { method: 'POST', body: '{"a": 1}', headers });
    expect(await response.json()).toEqual({ user: { id: 7 } });
    expect(seen).toEqual(['203.0.113.9', { a: 1 }, '{"a": 1}', { id: 7 }]);
  });

  test('in a mounted router the path is cut as Express does it', async () => {
    const seen: unknown[] = [];
    await start((app) => {
      const router = make.Router();
      router.use(toExpress((ctx, next) => (seen.push(ctx.path, ctx.mountpath, ctx.originalUrl), next())));
      router.get('/a', (_req, res) => void res.send('fine'));
      app.use('/api', router);
    });
    await fetch(`${server.url}/api/a?b`);
    expect(seen).toEqual(['/a', '/api', '/api/a?b']);
  });

  test.each([
    ['before', false],
    ['after', true],
  ])('compression %s ours', async (place, capturesCoded) => {
    const captured: Promise<CapturedResponse>[] = [];
    const capture = toExpress((ctx, next) => {
      captured.push(captureResponse(ctx.res, { maxBytes: 100_000 }).produced);
      return ctx.path === '/ours' ? ctx.status(429).json({ text: 'y'.repeat(5_000) }) : next();
    });
    await start((app) => {
      const compress = compression({ threshold: 1 });
      app.use(...(place === 'before' ? [compress, capture] : [capture, compress]));
      app.get('/', (_req, res) => void res.send('x'.repeat(5_000)));
    });
    const response = await fetch(server.url);
    expect([response.headers.get('content-encoding'), (await response.text()).length]).toEqual([
      'gzip',
      5_000,
    ]);
    const { outcome, body } = await captured[0]!;
    expect([outcome, body.length < 5_000]).toEqual(['complete', capturesCoded]);
    const ours = await fetch(`${server.url}/ours`);
    expect([ours.status, ((await ours.json()) as { text: string }).text.length]).toEqual([429, 5_000]);
  });
});
