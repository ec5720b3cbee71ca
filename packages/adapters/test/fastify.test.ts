import { afterEach, beforeEach, expect, test } from '@jest/globals';
import compress from '@fastify/compress';
import type { CapturedResponse, Middleware } from '@spark-perf/core';
import { captureResponse } from '@spark-perf/core';
import { waitFor } from '@spark-perf/test-services';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { sparkContext, toFastify } from '../src/fastify.js';

let app: FastifyInstance;
let seen: unknown[];
let logged: string[];
beforeEach(() => {
  seen = [];
  logged = [];
  const stream = { write: (line: string) => void logged.push(line) };
  app = fastify({ trustProxy: true, logger: { level: 'error', stream } });
});
afterEach(() => app.close());
const text = async (path = '/', init?: RequestInit): Promise<string> => {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  return (await fetch(`http://127.0.0.1:${port}${path}`, init)).text();
};
const observe =
  (name: string): Middleware =>
  async (_ctx, next) => {
    seen.push(name);
    try {
      await next();
    } catch (error) {
      seen.push(`${name} ${(error as Error).message}`);
      throw error;
    }
  };

test('works on all routes, also those of other plugins, in order with other hooks', async () => {
  app.addHook('onRequest', async () => void seen.push('before'));
  await app.register(async (child) => {
    await child.register(toFastify(observe('ours')));
    child.addHook('preHandler', async () => void seen.push('preHandler'));
    child.get('/child', async () => 'child');
  });
  expect(await text('/child')).toBe('child');
  expect(seen).toEqual(['before', 'ours', 'preHandler']);
});

test('the prefix is cut off the path', async () => {
  await app.register(
    toFastify((ctx, next) => (seen.push([ctx.path, ctx.mountpath, ctx.originalUrl]), next()), {
      prefix: '/api',
    }),
  );
  app.get('/*', async () => 'fine');
  for (const path of ['/api', '/api/a?b', '/apiary']) await text(path);
  expect(seen).toEqual([
    ['/', '/api', '/api'],
    ['/a', '/api', '/api/a?b'],
  ]);
  expect(() => toFastify([], { prefx: '/' } as object)).toThrow('prefx');
});

test('the body is not parsed before next(), and is after it', async () => {
  await app.register(
    toFastify(async (ctx, next) => {
      seen.push(ctx.body);
      await next();
      seen.push(ctx.body, ctx.route, ctx.params);
    }),
  );
  app.post('/items/:id', async (request) => request.body);
  const init = { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } };
  expect(await text('/items/7', init)).toBe('{"a":1}');
  await waitFor(() => seen.length === 4);
  expect(seen).toEqual([null, { a: 1 }, '/items/:id', { id: '7' }]);
});

test('an error is seen by the innermost first; without a handler Fastify answers', async () => {
  await app.register(toFastify(observe('outer')));
  await app.register(toFastify(observe('inner')));
  app.get('/', async () => {
    throw new Error('boom');
  });
  expect(await text()).toContain('boom');
  expect(seen).toEqual(['outer', 'inner', 'inner boom', 'outer boom']);
});

test('one that answers in place of a failed rest ends it', async () => {
  let handled = 0;
  app.setErrorHandler(async () => (handled++, 'handler'));
  await app.register(toFastify(observe('outer')));
  await app.register(toFastify((ctx, next) => next().catch(() => ctx.json({ stale: true }))));
  app.get('/', async () => {
    throw new Error('boom');
  });
  expect([await text(), handled, seen]).toEqual(['{"stale":true}', 0, ['outer']]);
  expect(logged).toEqual([]);
});

test('a body that Fastify refuses is an error of the rest', async () => {
  await app.register(toFastify(observe('ours')));
  app.post('/', async () => 'never');
  const answer = await text('/', {
    method: 'POST',
    body: '{',
    headers: { 'Content-Type': 'application/json' },
  });
  expect(JSON.parse(answer)).toMatchObject({ statusCode: 400 });
  expect(seen).toHaveLength(2);
});

test('what ours throw after the response is logged', async () => {
  await app.register(
    toFastify(async (_ctx, next) => {
      await next();
      throw new Error('late');
    }),
  );
  app.get('/', async () => 'fine');
  expect(await text()).toBe('fine');
  await waitFor(() => logged.some((line) => line.includes('late')));
});

test("the address follows Fastify's trustProxy; 404 has no route; inject works", async () => {
  await app.register(
    toFastify(async (ctx, next) => {
      await next();
      seen.push(ctx.ip, ctx.route);
    }),
  );
  app.get('/', async (request) => ({ found: sparkContext(request) === sparkContext(request.raw) }));
  const headers = { 'X-Forwarded-For': '203.0.113.9' };
  expect((await app.inject({ url: '/', headers })).json()).toEqual({ found: true });
  expect((await app.inject({ url: '/none', headers })).statusCode).toBe(404);
  await waitFor(() => seen.length === 4);
  expect(seen).toEqual(['203.0.113.9', '/', '203.0.113.9', undefined]);
});

test.each(['before', 'after'])('compression %s ours', async (place) => {
  const captured: Promise<CapturedResponse>[] = [];
  const capture = toFastify((ctx, next) => {
    captured.push(captureResponse(ctx.res, { maxBytes: 100_000 }).produced);
    return ctx.path === '/ours' ? ctx.status(429).json({ slow: 'down' }) : next();
  });
  if (place === 'after') await app.register(capture);
  await app.register(compress, { threshold: 1 });
  if (place === 'before') await app.register(capture);
  app.get('/', async (_request, reply) => reply.type('text/plain').send('x'.repeat(5_000)));
  expect(await text('/', { headers: { 'Accept-Encoding': 'gzip' } })).toHaveLength(5_000);
  // Fastify compresses before it sends, wherever the plugin stands: what is sent is what is captured.
  const { outcome, body } = await captured[0]!;
  expect([outcome, body.length < 5_000]).toEqual(['complete', true]);
  expect(await text('/ours')).toBe('{"slow":"down"}');
});
