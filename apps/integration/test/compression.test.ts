import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import { toExpress } from '@spark-perf/adapters/express';
import { MultiLevelCache } from '@spark-perf/cache';
import compression from 'compression';
import express from 'express';

const BODY = 'compress me '.repeat(100);
const ZIP = { 'accept-encoding': 'gzip' };

let server: Server;
let cache: MultiLevelCache;
let calls: number;
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await cache.close();
});

async function open(order: 'outside' | 'inside'): Promise<void> {
  const app = express().set('etag', false);
  cache = new MultiLevelCache();
  calls = 0;
  const both = [compression({ threshold: 0 }), toExpress(cache.middleware({ ttl: 60_000 }))];
  for (const one of order === 'outside' ? both : both.reverse()) app.use(one);
  app.get('/', (_req, res) => {
    calls++;
    res.type('text').send(BODY);
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

async function get(
  headers: Record<string, string>,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const req = request({ port, host: '127.0.0.1', headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      res.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const zipped = res.headers['content-encoding'] === 'gzip' && bytes.length > 0;
        const text = Buffer.from(zipped ? gunzipSync(bytes) : bytes).toString();
        resolve({ status: res.statusCode!, headers: res.headers, text });
      });
    });
    req.on('error', reject).end();
  });
}

// Outside: what is kept is plain, and zipped for each who wants it. Inside: each variant is kept as it was sent.
test.each([
  ['outside', 1],
  ['inside', 2],
] as const)('compression %s of the cache: everybody gets what they can read', async (order, runs) => {
  await open(order);
  for (let round = 0; round < 2; round++) {
    const zipped = await get(ZIP);
    expect([zipped.text, zipped.headers['content-encoding']]).toEqual([BODY, 'gzip']);
    const plain = await get({});
    expect([plain.text, plain.headers['content-encoding']]).toEqual([BODY, undefined]);
    if (round > 0) expect([zipped.headers['x-cache'], plain.headers['x-cache']]).toEqual(['HIT', 'HIT']);
    expect([zipped.headers.vary, plain.headers.vary]).toEqual(['Accept-Encoding', 'Accept-Encoding']);
  }
  expect(calls).toBe(runs);
});

test.each(['outside', 'inside'] as const)(
  'compression %s of the cache: a tag is good for a 304',
  async (order) => {
    await open(order);
    for (const accept of [ZIP, {}] as Record<string, string>[]) {
      await get(accept);
      const etag = (await get(accept)).headers.etag!;
      const again = await get({ ...accept, 'if-none-match': etag });
      expect([again.status, again.text, again.headers['x-cache']]).toEqual([304, '', 'HIT']);
    }
  },
);
