import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Context } from '@spark-perf/core';
import { HttpHost } from './http-host.js';

let host: HttpHost;
beforeEach(async () => {
  host = await HttpHost.open();
});
afterEach(() => host.close());

/** What a cache further in says. */
const FIELDS = { 'X-Cache': 'HIT', 'Cache-Status': 'inner; hit', 'X-Other': '1' };

// By the ways in which a handler may send them.
test.each<[string, (ctx: Context) => void]>([
  ['setHeader', ({ res }) => Object.entries(FIELDS).forEach(([name, value]) => res.setHeader(name, value))],
  ['writeHead', ({ res }) => void res.writeHead(200, FIELDS)],
  ['writeHead with a message', ({ res }) => void res.writeHead(200, 'Fine', FIELDS)],
  ['writeHead with a flat list', ({ res }) => void res.writeHead(200, Object.entries(FIELDS).flat())],
])('RFC 9211, 2: ours comes after that of a cache further in, by %s', async (_name, send) => {
  host.handler = (ctx) => {
    send(ctx);
    ctx.res.end('body');
  };
  const expected = ['MISS', 'inner; hit, spark; fwd=uri-miss; fwd-status=200; stored', '1', 'body'];
  for (const headers of [{}, { range: 'bytes=0-9' }]) {
    const path = `/${Object.keys(headers).length}`;
    const first = await host.get(path, headers);
    const { 'x-cache': xCache, 'cache-status': status, 'x-other': other } = first.headers;
    expect([xCache, status, other, first.body]).toEqual(expected);
    // What it said of that answer is no part of what is kept.
    const hit = await host.get(path);
    expect([hit.headers['x-cache'], hit.headers['cache-status'], hit.headers['x-other']]).toEqual([
      ...['HIT', 'spark; hit; ttl=60', '1'],
    ]);
  }
});

test('where an answer that was held back is not kept, it says why', async () => {
  host.handler = ({ res }) => {
    res.writeHead(200, { ...FIELDS, 'Cache-Control': 'private' });
    res.end('body');
  };
  for (const headers of [{}, { 'if-none-match': '"x"' }]) {
    const answer = await host.get('/', headers);
    expect([answer.headers['x-cache'], answer.headers['cache-status'], answer.body]).toEqual([
      ...['MISS', 'inner; hit, spark; fwd=uri-miss; fwd-status=200; detail=private', 'body'],
    ]);
  }
});
