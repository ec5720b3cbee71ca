import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import type { HttpCacheOptions } from '../../src/index.js';
import { HttpHost, sends } from './http-host.js';

let host: HttpHost;
beforeEach(async () => {
  host = await HttpHost.open();
});
afterEach(() => host.close());

async function reopen(options: HttpCacheOptions): Promise<void> {
  await host.close();
  host = await HttpHost.open(options);
}

describe('the key', () => {
  test('order of names, escapes and + do not matter; order of values, case and host do', async () => {
    await host.get('/p?b=2&a=1%20x');
    expect((await host.get('/p?a=1+x&b=2')).headers['x-cache']).toBe('HIT');
    for (const path of ['/p?a=2&a=1', '/p?a=1&a=2', '/P?a=1+x&b=2', '/p/?a=1+x&b=2'])
      expect((await host.get(path)).headers['x-cache']).toBe('MISS');
    expect((await host.get('/p?b=2&a=1%20x', { host: 'other.example' })).headers['x-cache']).toBe('MISS');
  });

  test('two mounts of one cache do not meet', async () => {
    host.app.use('/one', host.cache.middleware());
    await host.get('/one/x');
    expect((await host.get('/two/x')).headers['x-cache']).toBe('MISS');
  });

  test('key, ignoreQuery, skip, methods and hosts', async () => {
    await reopen({
      key: (ctx) => (ctx.path.startsWith('/n/') ? Number(ctx.path.slice(3)) : undefined),
      ignoreQuery: ['utm_source'],
      skip: (ctx) => ctx.path === '/skip',
      methods: ['GET'],
      host: ['good.example'],
    });
    const good = { host: 'good.example' };
    await host.get('/n/1', good);
    expect((await host.get('/n/01', good)).headers['x-cache']).toBe('HIT');
    await host.get('/q?utm_source=a&x=1', good);
    expect((await host.get('/q?x=1&utm_source=b', good)).headers['x-cache']).toBe('HIT');
    await host.get('/skip', good);
    expect((await host.get('/skip', good)).headers['x-cache']).toBe('BYPASS');
    expect((await host.get('/q', { host: 'evil.example' })).headers['x-cache']).toBe('BYPASS');
    expect((await host.call('/q?x=1', { method: 'HEAD', headers: good })).headers['x-cache']).toBe('BYPASS');
  });

  test('rules: the first that matches', async () => {
    await reopen({
      rules: [
        { path: '/never/*', cache: false },
        { path: /^\/short/, ttl: 1_000 },
        { path: '/exact', ttl: 2_000 },
      ],
    });
    await host.get('/never/a');
    expect((await host.get('/never/a')).headers['x-cache']).toBe('BYPASS');
    await host.get('/short');
    await host.get('/exact');
    await host.clock.advance(1_500);
    expect((await host.get('/short')).headers['x-cache']).toBe('MISS');
    expect((await host.get('/exact')).headers['x-cache']).toBe('HIT');
  });
});

describe('whatever a handler sends', () => {
  test.each<[string, Parameters<typeof sends>[1], (h: HttpHost) => void]>([
    ['json', '{"a":1}', (h) => (h.handler = (ctx) => ctx.json({ a: 1 }))],
    ['send', 'text', (h) => (h.handler = (ctx) => ctx.send('text'))],
    ['buffer', '\u0000\u00ff', (h) => (h.handler = (ctx) => ctx.send(Buffer.from([0, 255])))],
    [
      'stream',
      'abcdef',
      (h) =>
        (h.handler = ({ res }) => {
          Readable.from(['ab', 'cd', 'ef']).pipe(res);
          return new Promise((resolve) => res.on('finish', resolve));
        }),
    ],
    [
      'writeHead',
      'x',
      (h) => (h.handler = ({ res }) => void res.writeHead(200, 'Fine', { 'X-A': '1' }).end('x')),
    ],
    [
      '103 first, trailers last',
      'x',
      (h) =>
        (h.handler = ({ res }) => {
          res.writeEarlyHints({ link: '</a.css>; rel=preload' });
          res.writeHead(200, { Trailer: 'X-T', 'Transfer-Encoding': 'chunked' });
          res.write('x');
          res.addTrailers({ 'X-T': '1' });
          res.end();
        }),
    ],
  ])('%s', async (_name, body, arrange) => {
    arrange(host);
    const first = await host.get('/');
    const second = await host.get('/');
    expect([first.body, second.body]).toEqual([body, body]);
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(second.headers['x-a']).toBe(first.headers['x-a']);
    expect([second.headers['x-cache'], host.calls]).toEqual(['HIT', 1]);
  });

  test('HEAD is answered from GET', async () => {
    await host.get('/');
    const head = await host.call('/', { method: 'HEAD' });
    expect([head.headers['x-cache'], head.headers['content-length'], head.body]).toEqual(['HIT', '10', '']);
    await host.call('/cold', { method: 'HEAD' });
    expect((await host.get('/cold')).headers['x-cache']).toBe('MISS');
  });

  test("a request that nobody answers gets the host's 404", async () => {
    for (const headers of [{}, { 'if-none-match': '"x"' }])
      expect((await host.get('/unanswered', headers)).status).toBe(404);
  });

  test('a handler that throws: its error, and the next request runs', async () => {
    host.handler = () => {
      throw new Error('broken');
    };
    expect((await host.get('/')).status).toBe(500);
    expect((await host.get('/', { range: 'bytes=0-1' })).status).toBe(500);
    host.handler = sends({}, 'fine');
    expect((await host.get('/')).body).toBe('fine');
  });

  test('what middlewares outside have set belongs to each request', async () => {
    await host.close();
    host = new HttpHost();
    const inner = host.cache.middleware();
    let count = 0;
    const { app } = host;
    void inner;
    app.use((_ctx, next) => next());
    await app.listen(0, '127.0.0.1');
    host.handler = sends({ 'X-Inner': '1' });
    app.server!.prependListener('request', (_req, res) => void res.setHeader('X-Outer', String(++count)));
    const first = await host.get('/');
    const second = await host.get('/');
    expect([first.headers['x-outer'], second.headers['x-outer'], second.headers['x-inner']]).toEqual([
      '1',
      '2',
      '1',
    ]);
    expect(second.headers['x-cache']).toBe('HIT');
  });
});

describe('concurrent misses', () => {
  test('one run for all; the followers get the same', async () => {
    let finish!: () => void;
    host.handler = async (ctx) => {
      await new Promise<void>((resolve) => (finish = resolve));
      ctx.json({ call: host.calls });
    };
    const answers = Array.from({ length: 20 }, () => host.get('/'));
    await waitFor(() => host.calls === 1);
    finish();
    const bodies = (await Promise.all(answers)).map(({ body }) => body);
    expect(new Set(bodies)).toEqual(new Set(['{"call":1}']));
    expect(host.calls).toBe(1);
  });

  test('followers go on by themselves as soon as the head shows that the answer is not for them', async () => {
    const finishes: (() => void)[] = [];
    host.handler = async ({ res }) => {
      if (host.calls === 1) await new Promise<void>((resolve) => finishes.push(resolve));
      res.setHeader('Cache-Control', 'private');
      res.write('a');
      await new Promise<void>((resolve) => finishes.push(resolve));
      res.end('b');
    };
    const first = host.get('/');
    await waitFor(() => finishes.length === 1);
    const second = host.get('/');
    await new Promise((resolve) => setImmediate(resolve));
    finishes[0]!();
    // The leader has not ended, and the other one runs already.
    await waitFor(() => host.calls === 2 && finishes.length === 3);
    finishes.forEach((finish) => finish());
    expect((await Promise.all([first, second])).map(({ body }) => body)).toEqual(['ab', 'ab']);
  });

  test('collapseTimeout: a leader that hangs holds nobody', async () => {
    await reopen({ collapseTimeout: 100 });
    const finishes: (() => void)[] = [];
    host.handler = async (ctx) => {
      if (host.calls === 1) await new Promise<void>((resolve) => finishes.push(resolve));
      ctx.json({});
    };
    const first = host.get('/');
    await waitFor(() => finishes.length === 1);
    const second = host.get('/');
    await waitFor(async () => {
      await host.clock.advance(100);
      return host.calls === 2;
    });
    await second;
    finishes[0]!();
    await first;
  });

  test('an unsafe request during a fetch: what was fetched is not kept', async () => {
    let finish!: () => void;
    host.handler = async (ctx) => {
      if (ctx.method === 'POST') return ctx.json({});
      const body = `old ${host.calls}`;
      if (host.calls === 1) await new Promise<void>((resolve) => (finish = resolve));
      return ctx.send(body);
    };
    const first = host.get('/');
    await waitFor(() => host.calls === 1);
    await host.call('/', { method: 'POST' });
    finish();
    expect((await first).body).toBe('old 1');
    expect((await host.get('/')).body).toBe('old 3');
  });
});
