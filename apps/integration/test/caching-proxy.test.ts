import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { LoadBalancer } from '@spark-perf/balancer';
import { MultiLevelCache } from '@spark-perf/cache';
import { waitFor } from '@spark-perf/test-services';
import { onEveryHost } from './on-every-host.js';

type Handler = (req: http.IncomingMessage, res: http.ServerResponse) => void;

/** What the server behind the balancer has been asked. */
const asked: http.IncomingHttpHeaders[] = [];
let upstream: http.Server;
let url: string;
const routes: Record<string, Handler> = {
  '/plain': (_req, res) => void res.setHeader('Cache-Control', 'max-age=60').end(`plain ${asked.length}`),
  '/chunks': (_req, res) => {
    res.writeHead(200, { 'Cache-Control': 'max-age=60', ETag: '"chunks"' });
    res.write('a');
    setImmediate(() => {
      res.write('b');
      setImmediate(() => res.end('c'));
    });
  },
  '/hints': (_req, res) => {
    res.writeEarlyHints({ link: '</a.css>; rel=preload' });
    res.setHeader('Cache-Control', 'max-age=60').end('hinted');
  },
  '/trailers': (_req, res) => {
    res.writeHead(200, { Trailer: 'X-Sum', 'Cache-Control': 'max-age=60' });
    res.write('summed');
    res.addTrailers({ 'X-Sum': '1' });
    res.end();
  },
  '/validated': (req, res) => {
    res.setHeader('Cache-Control', 'no-cache').setHeader('ETag', '"v1"');
    if (req.headers['if-none-match'] === '"v1"') res.writeHead(304).end();
    else res.end('validated');
  },
  '/cut': (_req, res) => {
    res.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': '10' });
    res.write('half');
    setImmediate(() => res.destroy());
  },
  '/down': (_req, res) => void res.writeHead(503).end('down'),
};

beforeAll(async () => {
  upstream = http.createServer((req, res) => {
    asked.push(req.headers);
    routes[req.url!.split('?')[0]!]!(req, res);
  });
  await new Promise<void>((resolve) => void upstream.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});
beforeEach(() => void asked.splice(0));

onEveryHost((start) => {
  async function open() {
    const cache = new MultiLevelCache();
    const proxy = new LoadBalancer({ health: false, retry: { attempts: 1 } }).addServer({ id: 'a', url });
    const host = await start([cache.middleware(), proxy.middleware()]);
    const get = async (path: string, headers: Record<string, string> = {}) => {
      const response = await host.fetch(path, { headers });
      return { response, state: response.headers.get('x-cache'), text: await response.text() };
    };
    const hit = (path: string) => waitFor(async () => (await get(path)).state === 'HIT');
    const close = () => Promise.all([cache.close(), proxy.close()]);
    return { cache, get, hit, host, [Symbol.asyncDispose]: async () => void (await close()) };
  }

  test.each([
    ['/plain', 'plain 1'],
    ['/chunks', 'abc'],
    ['/hints', 'hinted'],
    ['/trailers', 'summed'],
  ])('%s comes from the server once, and from the cache afterwards', async (path, body) => {
    await using all = await open();
    const first = await all.get(path);
    expect([first.response.status, first.state, first.text]).toEqual([200, 'MISS', body]);
    await all.hit(path);
    const second = await all.get(path);
    expect([second.response.status, second.text, asked.length]).toEqual([200, body, 1]);
    expect(second.response.headers.get('transfer-encoding')).toBeNull();
  });

  test('many who come at once: one request to the server', async () => {
    await using all = await open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => all.get('/chunks')));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['abc']));
    expect(asked).toHaveLength(1);
  });

  test('what is kept is validated with the server, by our condition and not the client’s', async () => {
    await using all = await open();
    expect((await all.get('/validated', { 'If-None-Match': '"mine"' })).text).toBe('validated');
    expect(asked[0]!['if-none-match']).toBeUndefined();
    await waitFor(async () => (await all.get('/validated')).state === 'HIT');
    const confirmed = await all.get('/validated', { 'If-None-Match': '"mine"' });
    expect([confirmed.response.status, confirmed.text]).toEqual([200, 'validated']);
    expect(asked.at(-1)!['if-none-match']).toBe('"v1"');
    const own = await all.get('/validated', { 'If-None-Match': '"v1"' });
    expect([own.response.status, own.text]).toEqual([304, '']);
  });

  test('a range is cut from the whole answer', async () => {
    await using all = await open();
    const part = await all.get('/chunks', { Range: 'bytes=1-1' });
    expect([part.response.status, part.text]).toEqual([206, 'b']);
    expect(asked[0]!.range).toBeUndefined();
    await all.hit('/chunks');
    expect((await all.get('/chunks', { Range: 'bytes=-1' })).text).toBe('c');
    expect(asked).toHaveLength(1);
  });

  test('answers that are cut short, and failures, are not kept', async () => {
    await using all = await open();
    for (let i = 1; i <= 2; i++) {
      await expect(all.get('/cut')).rejects.toThrow();
      expect((await all.get('/down')).response.status).toBe(503);
    }
    expect(asked).toHaveLength(4);
  });
});
