import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Spark } from '@spark-perf/server';
import type { SparkContext } from '@spark-perf/server';
import { waitFor } from '@spark-perf/test-services';
import type { HttpCacheOptions } from '../../src/index.js';
import { MultiLevelCache } from '../../src/index.js';

let app: Spark;
let cache: MultiLevelCache;
afterEach(async () => {
  app.server!.closeAllConnections();
  await app.close();
  await cache.close();
});

/** The answer to one GET through the cache. */
async function ask(
  headers: Record<string, string>,
  handler: (ctx: SparkContext) => unknown,
  options: HttpCacheOptions = {},
): Promise<IncomingMessage> {
  app = new Spark();
  cache = new MultiLevelCache();
  app.use(cache.middleware({ ttl: 60_000, ...options }));
  app.get('/', handler);
  await app.listen(0, '127.0.0.1');
  const { port } = app.server!.address() as AddressInfo;
  const request = get({ host: '127.0.0.1', port, headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

test('a held answer that is longer than what may be kept goes out as it comes, whole', async () => {
  let endIt!: () => void;
  const response = await ask(
    { range: 'bytes=0-1' },
    ({ res }) => {
      res.setHeader('Content-Length', '12');
      res.write('1234');
      res.write('5678');
      endIt = () => res.end('90ab');
    },
    { maxBodySize: 6 },
  );
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = once(response, 'end');
  await waitFor(() => text === '12345678');
  endIt();
  await ended;
  expect([response.statusCode, text]).toEqual([200, '1234567890ab']);
});

// Of these the first is not kept.
test.each([404, 200])('callbacks of write and end of a held %i are called once', async (status) => {
  let called = 0;
  const response = await ask({ 'if-none-match': '"x"' }, ({ res }) => {
    res.statusCode = status;
    res.write('a', () => called++);
    res.end('b', () => called++);
  });
  response.resume();
  await once(response, 'end');
  expect(response.statusCode).toBe(status);
  await waitFor(() => called >= 2);
  expect(called).toBe(2);
});

test('early hints go out while the answer is held back, and trailers follow it where it is let through', async () => {
  const events: unknown[] = [];
  app = new Spark();
  cache = new MultiLevelCache();
  app.use(cache.middleware());
  app.get('/', async ({ res }) => {
    res.writeEarlyHints({ link: '</a.css>; rel=preload' });
    await waitFor(() => events.length > 0);
    res.writeHead(200, { 'Cache-Control': 'private', Trailer: 'X-T', 'Transfer-Encoding': 'chunked' });
    res.write('x');
    res.addTrailers({ 'X-T': '1' });
    res.end();
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.server!.address() as AddressInfo;
  const request = get({ host: '127.0.0.1', port, headers: { 'if-none-match': '"x"' }, agent: false });
  request.on('information', ({ statusCode }) => events.push(statusCode));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  expect([events, response.statusCode, response.trailers]).toEqual([[103], 200, { 'x-t': '1' }]);
});

test('one that is kept is given without its trailers', async () => {
  const response = await ask({ 'if-none-match': '"x"' }, ({ res }) => {
    res.writeHead(200, { Trailer: 'X-T', 'Transfer-Encoding': 'chunked' });
    res.write('x');
    res.addTrailers({ 'X-T': '1' });
    res.end();
  });
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(response, 'end');
  const { headers, trailers } = response;
  expect([text, headers['content-length'], headers.trailer, headers['transfer-encoding'], trailers]).toEqual([
    ...['x', '1', undefined, undefined, {}],
  ]);
});
