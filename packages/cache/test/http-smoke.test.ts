import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { Spark } from '@spark-perf/server';
import { MultiLevelCache } from '../src/index.js';

let app: Spark | undefined;
let cache: MultiLevelCache | undefined;
afterEach(async () => {
  await app?.close();
  await cache?.close();
});
function call(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const port = (app!.server!.address() as { port: number }).port;
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const req = httpRequest({ port, path, headers, method, host: '127.0.0.1', agent: false }, (res) => {
      let body = '';
      res
        .setEncoding('utf8')
        .on('data', (d) => (body += d))
        .on('end', () => resolve({ status: res.statusCode!, headers: res.headers, body }));
      res.on('error', reject);
    });
    req.on('error', reject).end();
  });
}
test('http', async () => {
  app = new Spark({ port: 0, host: '127.0.0.1' } as never);
  cache = new MultiLevelCache();
  app.use(cache.middleware());
  let n = 0;
  app.get('/a', (ctx) => ctx.json({ n: ++n }));
  app.post('/a', (ctx) => ctx.json({ ok: true }));
  app.get('/swr', (ctx) => {
    ctx.res.setHeader('Cache-Control', 'max-age=0, stale-while-revalidate=10');
    ctx.res.setHeader('ETag', '"x"');
    if (ctx.headers['if-none-match'] === '"x"') {
      ctx.res.statusCode = 304;
      ctx.res.end();
    } else ctx.res.end('body');
  });
  await app.listen(0, '127.0.0.1');
  const one = await call('/a?x=1&y=2');
  expect(one.body).toBe('{"n":1}');
  expect(one.headers['x-cache']).toBe('MISS');
  const two = await call('/a?y=2&x=1');
  expect([two.body, two.headers['x-cache'], two.headers.age]).toEqual(['{"n":1}', 'HIT', '0']);
  const not = await call('/a?y=2&x=1', { 'if-none-match': two.headers.etag! });
  expect(not.status).toBe(304);
  const range = await call('/a?y=2&x=1', { range: 'bytes=1-3' });
  expect([range.status, range.body]).toEqual([206, '"n"']);
  const head = await call('/a?y=2&x=1', {}, 'HEAD');
  expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '7', '']);
  await call('/a', {});
  await call('/a', {}, 'POST');
  expect((await call('/a')).body).toBe('{"n":3}');
  expect((await call('/swr')).body).toBe('body');
  const swr = await call('/swr');
  expect([swr.status, swr.body, swr.headers['cache-status']]).toEqual([
    200,
    'body',
    'spark; fwd=stale; fwd-status=304; stored',
  ]);
  expect((await call('/missing')).status).toBe(404);
  expect((await call('/a', { cookie: 'a=b' })).body).toBe('{"n":4}');
  const cond = await call('/a?cold', { 'if-none-match': '"zzz"', range: 'bytes=0-1' });
  expect([cond.status, cond.body]).toEqual([206, '{"']);
  expect((await call('/nope', { 'cache-control': 'only-if-cached' })).status).toBe(504);
});
