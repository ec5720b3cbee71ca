import { afterEach, describe, expect, test } from '@jest/globals';
import net from 'node:net';
import type { Context, Middleware } from '@spark-perf/core';
import { captureResponse, onResponseClose } from '@spark-perf/core';
import { waitFor } from '@spark-perf/test-services';
import type { Host } from './hosts/index.js';
import { HOSTS } from './hosts/index.js';

describe.each(Object.entries(HOSTS))('on %s', (name, start) => {
  let host: Host;
  afterEach(() => host.close());
  const get = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${host.port}${path}`, init);

  test('the rest is done and the response sent when next() resolves', async () => {
    const seen: unknown[] = [];
    const observe: Middleware = async (ctx, next) => {
      seen.push('before');
      await next();
      seen.push(ctx.res.writableFinished, ctx.statusCode);
    };
    host = await HOSTS[name]!([observe]);
    expect(await (await get('/hello')).json()).toEqual({ hello: 'world' });
    await waitFor(() => seen.length === 3);
    expect(seen).toEqual(['before', true, 200]);
  });

  test('our middlewares on a request share one context, which the host can be asked for', async () => {
    const contexts: Context[] = [];
    const keep: Middleware = (ctx, next) => {
      contexts.push(ctx);
      return next();
    };
    host = await start([keep, keep]);
    expect(await (await get('/found')).json()).toEqual({ found: true });
    expect(contexts).toHaveLength(2);
    expect(contexts[0]).toBe(contexts[1]);
    await get('/found');
    expect(contexts[2]).not.toBe(contexts[0]);
  });

  test('the facts of a request', async () => {
    let facts: unknown[] = [];
    let route: string | undefined;
    const observe: Middleware = async (ctx, next) => {
      facts = [ctx.method, ctx.path, ctx.originalUrl, { ...ctx.query }, ctx.get('X-A'), ctx.ip];
      onResponseClose(ctx.res, () => (route = ctx.route));
      await next();
    };
    host = await start([observe]);
    await (await get('/users/42?a=1&b=2&b=3', { headers: { 'X-A': 'yes' } })).text();
    expect(facts).toEqual([
      'GET',
      '/users/42',
      '/users/42?a=1&b=2&b=3',
      { a: '1', b: ['2', '3'] },
      'yes',
      expect.stringContaining('127.0.0.1'),
    ]);
    if (name === 'node:http') expect(route).toBeUndefined();
    else await waitFor(() => route === '/users/:id');
  });

  test('an error of the rest reaches ours once, then the host once', async () => {
    const errors: unknown[] = [];
    const observe: Middleware = async (_ctx, next) => {
      try {
        await next();
      } catch (error) {
        errors.push(error);
        throw error;
      }
    };
    host = await start([observe, observe]);
    const answer = await get('/fail');
    expect([answer.status, await answer.json()]).toEqual([418, { error: 'teapot' }]);
    expect(errors.map((error) => (error as Error).message)).toEqual(['boom', 'boom']);
    expect(host.handled).toHaveLength(1);
    expect((await get('/hello')).status).toBe(200);
  });

  test('an error of ours goes to the host once, and the rest does not run', async () => {
    const fail: Middleware = async () => {
      await new Promise(setImmediate);
      throw new Error('ours');
    };
    host = await start([fail]);
    expect((await get('/hello')).status).toBe(418);
    expect(host.handled.map((error) => (error as Error).message)).toEqual(['ours']);
  });

  test.each([
    ['json', (ctx: Context) => ctx.status(429).json({ error: 'slow down' })],
    [
      'res',
      (ctx: Context) =>
        void ctx.res.writeHead(429, { 'Content-Type': 'application/json' }).end('{"error":"slow down"}'),
    ],
  ])('a middleware that answers by %s ends the request there', async (_way, answer) => {
    let ran = false;
    const refuse: Middleware = async (ctx) => {
      await new Promise(setImmediate);
      answer(ctx);
    };
    const never: Middleware = (_ctx, next) => {
      ran = true;
      return next();
    };
    host = await start([refuse, never]);
    for (let i = 0; i < 3; i++) {
      const response = await get('/hello');
      expect([response.status, await response.json()]).toEqual([429, { error: 'slow down' }]);
    }
    expect([ran, host.handled]).toEqual([false, []]);
  });

  test.each([
    ['/hello', '{"hello":"world"}'],
    ['/stream', 'abc'],
  ])('what the host sends for %s is captured whole', async (path, body) => {
    const captured: Promise<{ outcome: string; body: Buffer; status: number }>[] = [];
    const capture: Middleware = (ctx, next) => {
      captured.push(captureResponse(ctx.res, { maxBytes: 10_000 }).produced);
      return next();
    };
    host = await start([capture]);
    expect(await (await get(path)).text()).toBe(body);
    const got = await captured[0]!;
    expect([got.outcome, got.status, got.body.toString()]).toEqual(['complete', 200, body]);
  });

  test('an unread body stays readable for the host', async () => {
    host = await start([(_ctx, next) => next()]);
    const body = JSON.stringify({ text: 'x'.repeat(100_000) });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await get('/echo', { method: 'POST', body, headers });
    expect([answer.status, await answer.text()]).toEqual([200, body]);
  });

  test('HEAD, pipelining and keep-alive are as without us', async () => {
    let seen = 0;
    host = await start([(_ctx, next) => (seen++, next())]);
    const socket = net.connect(host.port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
    socket.write('GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /users/7 HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitFor(() => received.includes('"7"'));
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(received.indexOf('world')).toBeLessThan(received.indexOf('"7"'));
    socket.destroy();
    if (name !== 'node:http') {
      const head = await get('/hello', { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
    expect(seen).toBeGreaterThanOrEqual(2);
  });

  test('a client that leaves is told as not delivered, and harms nobody', async () => {
    let delivered: boolean | undefined;
    let begun = false;
    const observe: Middleware = async (ctx, next) => {
      onResponseClose(ctx.res, (all) => (delivered = all));
      begun = true;
      await new Promise<void>((resolve) => ctx.req.once('close', () => resolve()));
      await next();
    };
    host = await start([observe]);
    const socket = net.connect(host.port, '127.0.0.1');
    socket.write('GET /hello HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitFor(() => begun);
    socket.destroy();
    await waitFor(() => delivered !== undefined);
    expect(delivered).toBe(false);
  });
});
