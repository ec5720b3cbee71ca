import { afterEach, expect, test } from '@jest/globals';
import type http from 'node:http';
import { waitFor } from '@spark-perf/test-services';
import { toHttp } from '../src/http.js';
import type { Listening } from './listen.js';
import { listen } from './listen.js';

let server: Listening;
afterEach(() => server.close());
const pass = (_ctx: unknown, next: () => Promise<void>): Promise<void> => next();

test('an error that nothing has answered is a bare 500, and reported', async () => {
  const errors: unknown[] = [];
  const fail = (): never => {
    throw new Error('secret');
  };
  server = await listen(
    toHttp(pass, fail, { onError: (error, req) => errors.push((error as Error).message, req.url) }),
  );
  const response = await fetch(`${server.url}/a`);
  expect([response.status, await response.text()]).toEqual([500, '{"error":"Internal Server Error"}']);
  expect(errors).toEqual(['secret', '/a']);
});

test('one that comes while the response is under way cuts it', async () => {
  const errors: unknown[] = [];
  const half = async (_req: http.IncomingMessage, res: http.ServerResponse): Promise<never> => {
    res.writeHead(200, { 'Content-Length': 10 });
    await new Promise<void>((resolve) => res.write('half', () => resolve()));
    throw new Error('broken');
  };
  server = await listen(toHttp(pass, half, { onError: (error) => errors.push(error) }));
  await expect(fetch(server.url).then((response) => response.text())).rejects.toThrow();
  expect(errors).toHaveLength(1);
});

test('one that comes after it leaves it alone', async () => {
  const errors: unknown[] = [];
  const late = toHttp(
    async (_ctx, next) => {
      await next();
      throw new Error('late');
    },
    (_req, res) => res.end('fine'),
    { onError: (error) => errors.push(error) },
  );
  server = await listen(late);
  expect(await (await fetch(server.url)).text()).toBe('fine');
  await waitFor(() => errors.length === 1);
});

test('with a prefix only what is below it passes ours', async () => {
  const seen: unknown[] = [];
  const observe = toHttp(
    (ctx, next) => {
      seen.push([ctx.path, ctx.mountpath, ctx.originalUrl]);
      return next();
    },
    (req, res) => {
      if (req.url === '/fail') throw new Error('outside');
      res.end('fine');
    },
    { prefix: '/api', onError: () => {} },
  );
  server = await listen(observe);
  for (const path of ['/api', '/api/a?b', '/apiary', '/']) await (await fetch(server.url + path)).text();
  expect((await fetch(`${server.url}/fail`)).status).toBe(500);
  expect(seen).toEqual([
    ['/', '/api', '/api'],
    ['/a', '/api', '/api/a?b'],
  ]);
});

test('options are checked', () => {
  const make = (options: object) => () => toHttp(pass, () => {}, options);
  for (const wrong of [{ onError: 1 }, { prefx: '/a' }, { prefix: 'a' }]) {
    expect(make(wrong)).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }));
  }
});
