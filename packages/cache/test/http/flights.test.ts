import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '@spark-perf/core';
import { waitFor } from '@spark-perf/test-services';
import { HttpHost, sends } from './http-host.js';

let host: HttpHost;
beforeEach(async () => {
  host = await HttpHost.open();
});
afterEach(() => host.close());

test('who asks after an unsafe request does not wait for one who asked before it', async () => {
  let finish!: () => void;
  host.handler = async (ctx) => {
    const body = String(host.calls);
    if (body === '1') await new Promise<void>((resolve) => (finish = resolve));
    ctx.send(body);
  };
  const first = host.get('/');
  await waitFor(() => host.calls === 1);
  const follower = host.get('/');
  await host.call('/', { method: 'DELETE' });
  // The first one still hangs.
  expect(Number((await follower).body)).toBeGreaterThan(1);
  expect(Number((await host.get('/')).body)).toBeGreaterThan(1);
  finish();
  expect((await first).body).toBe('1');
  expect(Number((await host.get('/')).body)).toBeGreaterThan(1);
});

test('what a handler has failed at, the followers try by themselves', async () => {
  let fail!: () => void;
  host.handler = async (ctx) => {
    if (host.calls > 1) return ctx.send('fine');
    await new Promise<void>((resolve) => (fail = resolve));
    throw new Error('broken');
  };
  const first = host.get('/');
  await waitFor(() => host.calls === 1);
  const follower = host.get('/');
  await new Promise((resolve) => setImmediate(resolve));
  fail();
  expect([(await first).status, (await follower).body]).toEqual([500, 'fine']);
});

test.each<[string, Record<string, string>]>([
  ['longer than may be kept', { 'Content-Length': '2000000' }],
  ['a stream of events', { 'Content-Type': 'text/event-stream; charset=utf-8' }],
  ['private', { 'Cache-Control': 'private' }],
  ['of no use for others', { 'Cache-Control': 'no-cache' }],
  ['different for all', { Vary: '*' }],
  ['a cookie', { 'Set-Cookie': 'a=b' }],
  ['stale at once', { 'Cache-Control': 'max-age=0' }],
])('the head shows that the answer is %s: nobody waits for its end', async (_name, fields) => {
  const leaders: ServerResponse[] = [];
  host.handler = ({ res }) => {
    for (const [name, value] of Object.entries(fields)) res.setHeader(name, value);
    res.write('begin');
    leaders.push(res);
    return new Promise((resolve) => res.on('close', resolve));
  };
  const clients = [1, 2].map(() => request({ host: '127.0.0.1', port: host.port, path: '/', agent: false }));
  for (const client of clients) {
    client.on('error', () => {});
    const [answer] = (await once(client.end(), 'response')) as [IncomingMessage];
    answer.on('error', () => {}).resume();
  }
  expect(leaders).toHaveLength(2);
  for (const client of clients) client.destroy();
});

test('the leader is cut off in the middle: its followers run by themselves', async () => {
  host.handler = async ({ res }) => {
    if (host.calls > 1) return res.end('whole');
    res.setHeader('Cache-Control', 'max-age=60');
    res.write('half');
    await waitFor(() => host.calls > 1 || res.destroyed, { timeout: 20_000 });
    return undefined;
  };
  const leader = request({ host: '127.0.0.1', port: host.port, path: '/', agent: false });
  leader.on('error', () => {});
  const [answer] = (await once(leader.end(), 'response')) as [IncomingMessage];
  answer.on('error', () => {}).resume();
  const follower = host.get('/');
  await new Promise((resolve) => setImmediate(resolve));
  leader.destroy();
  // The handler may still end it, for a while.
  await waitFor(async () => {
    await host.clock.advance(10_000);
    return host.calls === 2;
  });
  expect((await follower).body).toBe('whole');
  expect((await host.get('/')).body).toBe('whole');
});

describe('stale-while-revalidate for requests with credentials', () => {
  const finishes: (() => void)[] = [];
  const page = (calls: number) => async (ctx: Context) => {
    const body = String(host.calls);
    if (host.calls > calls) await new Promise<void>((resolve) => finishes.push(resolve));
    const control = 'public, max-age=10, stale-while-revalidate=60';
    sends({ 'Cache-Control': control, ETag: `"${body}"` }, body)(ctx);
  };

  test('of an answer that is for all: one revalidates, all others get the stale one at once', async () => {
    host.handler = page(1);
    await host.get('/', { cookie: 'a=1' });
    await host.clock.advance(15_000);
    const first = host.get('/', { cookie: 'a=2' });
    await waitFor(() => finishes.length === 1);
    const others = await Promise.all([
      host.get('/', { cookie: 'a=3' }),
      host.get('/'),
      host.get('/', { cookie: 'a=4' }),
    ]);
    expect(others.map(({ body, headers }) => [body, headers['x-cache']])).toEqual(
      others.map(() => ['1', 'STALE']),
    );
    finishes.splice(0).forEach((finish) => finish());
    expect((await first).body).toBe('2');
    expect([(await host.get('/', { cookie: 'a=5' })).body, host.calls]).toEqual(['2', 2]);
  });

  test('of one that has become private: nobody gets what was for another', async () => {
    host.handler = page(99);
    await host.get('/', { cookie: 'a=1' });
    await host.clock.advance(80_000);
    host.handler = async (ctx) => {
      const { cookie } = ctx.headers;
      await new Promise<void>((resolve) => finishes.push(resolve));
      sends({ 'Cache-Control': 'private' }, String(cookie))(ctx);
    };
    const answers = ['a=1', 'a=2', 'a=3'].map((cookie) => host.get('/', { cookie }));
    await waitFor(() => {
      finishes.splice(0).forEach((finish) => finish());
      return host.calls === 4;
    });
    finishes.splice(0).forEach((finish) => finish());
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(['a=1', 'a=2', 'a=3']);
  });
});
