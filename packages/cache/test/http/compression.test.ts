import { gunzipSync, gzipSync } from 'node:zlib';
import { request } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Middleware } from '@spark-perf/core';
import { Spark } from '@spark-perf/server';
import { MultiLevelCache } from '../../src/index.js';

const BODY = 'compress me '.repeat(100);

/** What the usual compression middlewares do: answers are zipped for those who accept it, and vary by that. */
const compression: Middleware = (ctx, next) => {
  const { res } = ctx as { res: ServerResponse };
  res.setHeader('Vary', 'Accept-Encoding');
  const end = res.end.bind(res) as (chunk?: unknown) => ServerResponse;
  Object.assign(res, {
    end: (chunk?: unknown) => {
      const zips =
        /\bgzip\b/.test(String(ctx.headers['accept-encoding'])) &&
        chunk !== undefined &&
        res.statusCode === 200 &&
        res.getHeader('content-encoding') === undefined;
      if (!zips) return end(chunk);
      res.setHeader('Content-Encoding', 'gzip');
      res.removeHeader('Content-Length');
      // Another representation has another tag (RFC 9110, section 8.8.3).
      const etag = res.getHeader('etag');
      if (etag !== undefined) res.setHeader('ETag', `W/${String(etag).replace(/^W\//, '')}`);
      return end(gzipSync(chunk as Buffer));
    },
  });
  return next();
};

let app: Spark;
let cache: MultiLevelCache;
let calls: number;
afterEach(async () => {
  await app.close();
  await cache.close();
});

async function open(order: 'outside' | 'inside'): Promise<void> {
  app = new Spark();
  cache = new MultiLevelCache();
  calls = 0;
  const caching = cache.middleware({ ttl: 60_000 });
  for (const one of order === 'outside' ? [compression, caching] : [caching, compression]) app.use(one);
  app.use((ctx) => {
    calls++;
    ctx.res.setHeader('Content-Type', 'text/plain');
    ctx.res.end(BODY);
  });
  await app.listen(0, '127.0.0.1');
}

function get(headers: Record<string, string>) {
  const { port } = app.server!.address() as AddressInfo;
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const req = request({ port, host: '127.0.0.1', headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const zipped = res.headers['content-encoding'] === 'gzip' && bytes.length > 0;
        try {
          const text = (zipped ? gunzipSync(bytes) : bytes).toString();
          resolve({ status: res.statusCode!, headers: res.headers, text });
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    req.on('error', reject).end();
  });
}

const ZIP = { 'accept-encoding': 'gzip, br' };

// Outside: what is kept is plain, and zipped for each who wants it. Inside: each variant is kept as it was sent.
test.each([
  ['outside', 1],
  ['inside', 2],
] as const)('compression %s of the cache: everybody gets what they can read', async (order, runs) => {
  await open(order);
  for (let round = 0; round < 2; round++) {
    const expected = round === 0 ? expect.anything() : 'HIT';
    const zipped = await get(ZIP);
    expect(zipped.text).toBe(BODY);
    expect([zipped.headers['content-encoding'], zipped.headers['x-cache']]).toEqual(['gzip', expected]);
    expect(zipped.headers.vary).toBe('Accept-Encoding');
    const plain = await get({});
    expect(plain.text).toBe(BODY);
    expect([plain.headers['content-encoding'], plain.headers['x-cache']]).toEqual([undefined, expected]);
    expect(plain.headers.vary).toBe('Accept-Encoding');
  }
  expect(calls).toBe(runs);
});

test.each(['outside', 'inside'] as const)(
  'compression %s: the tag of either form is good for a 304 of that form',
  async (order) => {
    await open(order);
    for (const accept of [ZIP, {}] as Record<string, string>[]) {
      await get(accept);
      const etag = (await get(accept)).headers.etag!;
      const again = await get({ ...accept, 'if-none-match': etag });
      expect([again.status, again.text, again.headers['x-cache']]).toEqual([304, '', 'HIT']);
    }
    expect(calls).toBe(order === 'outside' ? 1 : 2);
  },
);
