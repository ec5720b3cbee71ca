import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '@spark-perf/core';
import { HttpHost, sends } from './http-host.js';

let host: HttpHost;
beforeEach(async () => {
  host = await HttpHost.open();
});
afterEach(() => host.close());

/** Every byte there is, `length` of them. */
const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index % 256));

// 8,192 is where a body ceases to go out as one piece with its head.
test.each([0, 1, 256, 8_192, 8_193, 100_000])('a hit has the very bytes: %i of them', async (length) => {
  const body = bytes(length);
  host.handler = ({ res }) => res.end(body);
  await host.get('/');
  for (let i = 0; i < 2; i++) {
    const hit = await host.get('/');
    expect([hit.headers['x-cache'], hit.headers['content-length']]).toEqual(['HIT', String(length)]);
    expect(Buffer.from(hit.body, 'latin1').equals(body)).toBe(true);
  }
  expect((await host.get('/', { range: 'bytes=-1' })).body).toBe(
    length === 0 ? '' : body.subarray(-1).toString('latin1'),
  );
});

test('text outside of Latin-1 is not changed', async () => {
  host.handler = sends({ 'Content-Type': 'text/plain; charset=utf-8' }, 'Zürich – 東京 🚃');
  await host.get('/');
  expect(Buffer.from((await host.get('/')).body, 'latin1').toString('utf8')).toBe('Zürich – 東京 🚃');
});

test('repeated fields stay repeated, status and message stay', async () => {
  host.handler = ({ res }) => {
    res.writeHead(203, 'Rewritten', ['Link', '<a>', 'link', '<b>', 'Cache-Control', 'max-age=60']);
    res.end('x');
  };
  await host.get('/');
  for (let i = 0; i < 2; i++) {
    const hit = await host.get('/');
    expect([hit.status, hit.headers.link, hit.headers['x-cache']]).toEqual([203, '<a>, <b>', 'HIT']);
  }
});

test('Age and remaining freshness move on from hit to hit', async () => {
  const seen: unknown[] = [];
  await host.get('/');
  for (const ms of [0, 999, 1, 30_500, 28_499]) {
    await host.clock.advance(ms);
    const { headers } = await host.get('/');
    seen.push([headers.age, headers['cache-status']]);
  }
  expect(seen).toEqual([
    ['0', 'spark; hit; ttl=60'],
    ['0', 'spark; hit; ttl=59'],
    ['1', 'spark; hit; ttl=59'],
    ['31', 'spark; hit; ttl=28'],
    ['59', 'spark; hit; ttl=0'],
  ]);
});

test('a middleware outside can read the fields of a hit', async () => {
  await host.close();
  host = new HttpHost();
  const seen: unknown[] = [];
  host.app.server.prependListener('request', (_req, res) =>
    res.on('finish', () => seen.push(res.getHeader('x-cache'), res.getHeader('content-type'))),
  );
  await host.app.listen(0, '127.0.0.1');
  host.handler = sends({ 'Content-Type': 'text/x' });
  await host.get('/');
  await host.get('/');
  expect(seen).toEqual(['MISS', 'text/x', 'HIT', 'text/x']);
});

describe('what a kept response counts against l1MaxBytes', () => {
  /** Redis as far as the cache needs it here. */
  function plainClient() {
    const texts = new Map<string, string>();
    return {
      get: (key: string) => Promise.resolve(texts.get(key) ?? null),
      setex: (key: string, _seconds: number, text: string) => Promise.resolve(texts.set(key, text)),
      del: (key: string) => Promise.resolve(texts.delete(key)),
    };
  }

  test('its body, also where it comes from another level', async () => {
    const redisClient = plainClient();
    const sizes: number[] = [];
    const answers: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      await host.close();
      host = await HttpHost.open({ host: 'ignore' }, { redisClient });
      host.handler = (ctx: Context) => ctx.send(bytes(100_000));
      answers.push((await host.get('/')).headers['x-cache']);
      sizes.push(host.cache.getStats().l1.bytes);
      const { core } = host.cache as unknown as { core: { keys: { size: number } } };
      expect(core.keys.size).toBe(0);
    }
    expect(answers).toEqual(['MISS', 'HIT']);
    expect(Math.min(...sizes)).toBeGreaterThan(100_000);
  });
});
