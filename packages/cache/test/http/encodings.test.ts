import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import type { Context, Middleware } from '@spark-perf/core';
import { Spark } from '@spark-perf/server';
import { MultiLevelCache } from '../../src/index.js';
import { HttpHost } from './http-host.js';

let host: HttpHost;
afterEach(() => host.close());

/** Encodes what a handler ends with in one piece, for those who accept it. */
const compress: Middleware = (ctx, next) => {
  const { res } = ctx;
  const end = res.end.bind(res) as (body?: unknown) => typeof res;
  res.end = ((body?: unknown) => {
    res.setHeader('Vary', 'Accept-Encoding');
    if (!String(ctx.headers['accept-encoding']).includes('gzip') || res.statusCode === 304) return end(body);
    res.setHeader('Content-Encoding', 'gzip');
    res.removeHeader('Content-Length');
    return end(gzipSync(Buffer.from(String(body))));
  }) as typeof res.end;
  return next();
};

class Composed extends HttpHost {
  constructor(order: readonly ('cache' | 'compress')[]) {
    super({ skip: () => true });
    const { clock } = this;
    const cache = new MultiLevelCache({ clock, l1TTL: 10_000_000 });
    const app = new Spark();
    for (const one of order)
      app.use(one === 'cache' ? cache.middleware({ ttl: 60_000 }) : (compress as never));
    app.use((ctx) => {
      this.calls++;
      return this.handler(ctx as unknown as Context);
    });
    Object.assign(this, { app, cache });
  }
}

test.each<[string, readonly ('cache' | 'compress')[]]>([
  ['inside the cache', ['cache', 'compress']],
  ['outside of it', ['compress', 'cache']],
])('a compressing middleware %s: each client gets what it can read', async (_name, order) => {
  host = new Composed(order);
  await host.app.listen(0, '127.0.0.1');
  host.handler = ({ res }) => res.end('the same text');
  const seen: unknown[] = [];
  for (let round = 0; round < 3; round++)
    for (const coding of ['gzip', 'identity', 'br']) {
      const { headers, body } = await host.get('/', { 'accept-encoding': coding });
      const bytes = Buffer.from(body, 'latin1');
      const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      seen.push([coding, headers['content-encoding'], plain.toString()]);
    }
  const round = [
    ['gzip', 'gzip', 'the same text'],
    ['identity', undefined, 'the same text'],
    ['br', undefined, 'the same text'],
  ];
  expect(seen).toEqual([...round, ...round, ...round]);
  // A variant for each, and no more.
  expect(host.calls).toBe(3);
});
