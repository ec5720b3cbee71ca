import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type http from 'node:http';
import { gunzipSync } from 'node:zlib';
import { serve } from '@hono/node-server';
import type { CapturedResponse } from '@spark-perf/core';
import { captureResponse } from '@spark-perf/core';
import { waitFor } from '@spark-perf/test-services';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { sparkContext, toHono } from '../src/hono.js';
import type { Listening } from './listen.js';
import { listen } from './listen.js';

let app: Hono;
let server: Listening | undefined;
let seen: unknown[];
beforeEach(() => {
  app = new Hono();
  seen = [];
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const request = async (path = '/', init?: RequestInit): Promise<Response> => {
  if (server === undefined) {
    const made = await new Promise<http.Server>((resolve) => {
      const starting = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
        resolve(starting as http.Server),
      );
    });
    server = await listen(made);
  }
  return fetch(server.url + path, init);
};
const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': type },
});

test('without the Node server it says so', async () => {
  const errors: unknown[] = [];
  app.use(toHono([]));
  app.get('/', (c) => c.text('never'));
  app.onError((error, c) => (errors.push(error), c.text('failed', 500)));
  expect((await app.request('/')).status).toBe(500);
  expect(errors).toEqual([expect.objectContaining({ code: 'SPARK_ADAPTER_NO_NODE_SERVER' })]);
});

test.each([
  ['json', '{"a": 1}', 'application/json', { a: 1 }, '{"a": 1}'],
  ['text', 'words', 'text/plain', 'words', 'words'],
  ['arrayBuffer', '{"a":1}', 'application/vnd.x+json', { a: 1 }, '{"a":1}'],
  ['parseBody', 'a=1', 'application/x-www-form-urlencoded', { a: '1' }, 'a=1'],
] as const)(
  'a body that was read by %s before ours is on the context',
  async (form, body, type, parsed, raw) => {
    app.use(async (c, next) => {
      await (c.req[form] as () => Promise<unknown>).call(c.req);
      await next();
    });
    app.use(toHono((ctx, next) => (seen.push(ctx.body, String(ctx.rawBody)), next())));
    app.post('/', async (c) => c.text(await c.req.text()));
    expect((await request('/', post(body, type))).status).toBe(200);
    expect(seen).toEqual([parsed, raw]);
  },
);

test('a multipart form that was read before ours is on the context', async () => {
  app.use(async (c, next) => {
    await c.req.parseBody();
    await next();
  });
  app.use(toHono((ctx, next) => (seen.push(ctx.body), next())));
  app.post('/', (c) => c.text('fine'));
  const body = new FormData();
  body.set('a', '1');
  await request('/', { method: 'POST', body });
  expect(seen).toEqual([{ a: '1' }]);
});

test('an unread body stays for the handler, a malformed one is the reader’s to answer', async () => {
  app.use(toHono((ctx, next) => (seen.push(ctx.body, ctx.rawBody), next())));
  app.post('/', async (c) => c.text(await c.req.raw.text()));
  expect(await (await request('/', post('{broken'))).text()).toBe('{broken');
  app = new Hono();
  await server?.close();
  server = undefined;
  app.use(async (c, next) => {
    await c.req.json().catch(() => {});
    await next();
  });
  app.use(toHono((ctx, next) => (seen.push(ctx.body), next())));
  app.post('/', (c) => c.text('fine'));
  expect(await (await request('/', post('{broken'))).text()).toBe('fine');
  expect(seen).toEqual([null, undefined, null]);
});

test('routes of mounted applications, wildcards, and nothing for a 404', async () => {
  app.use(
    toHono(async (ctx, next) => {
      await next();
      seen.push(ctx.route);
    }),
  );
  app.route(
    '/users',
    new Hono().get('/:id', (c) => c.text(c.req.param('id'))),
  );
  app.get('/files/*', (c) => c.text('file'));
  for (const path of ['/users/7', '/files/a/b', '/none']) await (await request(path)).text();
  await waitFor(() => seen.length === 3);
  expect(seen).toEqual(['/users/:id', '/files/*', undefined]);
});

test('prefix, user and address', async () => {
  app.use(async (c, next) => {
    (c as { set(name: string, value: unknown): void }).set('user', { id: 7 });
    await next();
  });
  app.use(
    toHono((ctx, next) => (seen.push(ctx.path, ctx.mountpath, ctx.user, ctx.ip), next()), { prefix: '/api' }),
  );
  app.get('*', (c) => c.json({ found: sparkContext(c) !== undefined }));
  expect(await (await request('/api/a')).json()).toEqual({ found: true });
  expect(await (await request('/apiary')).json()).toEqual({ found: false });
  expect(seen).toEqual(['/a', '/api', { id: 7 }, '127.0.0.1']);
});

test('what ours throw after the response goes to onLateError', async () => {
  app.use(
    toHono(
      async (_ctx, next) => {
        await next();
        throw new Error('late');
      },
      { onLateError: (error) => seen.push((error as Error).message) },
    ),
  );
  app.get('/', (c) => c.text('fine'));
  expect(await (await request()).text()).toBe('fine');
  await waitFor(() => seen.length === 1);
  expect(() => toHono([], { onLateErr: () => {} } as object)).toThrow('onLateErr');
});

test('behind compression an answer of ours is sent as it is, one of the host compressed', async () => {
  app.use(compress({ threshold: 1 }));
  app.use(toHono((ctx, next) => (ctx.path === '/ours' ? ctx.status(429).json({ slow: 'down' }) : next())));
  app.get('/', (c) => c.text('x'.repeat(5_000)));
  const ours = await request('/ours');
  expect([ours.status, await ours.json()]).toEqual([429, { slow: 'down' }]);
  const host = await request('/');
  expect([host.headers.get('content-encoding'), (await host.text()).length]).toEqual(['gzip', 5_000]);
});

test('of compression behind ours, ours see what is sent, and the client gets it whole', async () => {
  const captured: Promise<CapturedResponse>[] = [];
  app.use(
    toHono((ctx, next) => (captured.push(captureResponse(ctx.res, { maxBytes: 10_000 }).produced), next())),
  );
  app.use(compress({ threshold: 1 }));
  app.get('/', (c) => c.text('x'.repeat(5_000)));
  const answer = await request();
  expect([answer.headers.get('content-encoding'), (await answer.text()).length]).toEqual(['gzip', 5_000]);
  const { outcome, status, headers, body } = await captured[0]!;
  expect([outcome, status]).toEqual(['complete', 200]);
  expect(headers.map((pair) => pair.join(': ').toLowerCase())).toContain('content-encoding: gzip');
  expect(gunzipSync(body).toString()).toBe('x'.repeat(5_000));
});
