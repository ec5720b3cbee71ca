import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { bodyParser } from '@spark-perf/server';
import { waitFor } from '@spark-perf/test-services';
import { RequestDeduplicator } from '../src/index.js';
import { gate, sparkHost } from './spark-host.js';

const json = (answer: { body: Buffer }): unknown => JSON.parse(answer.body.toString());

describe('requests without a key', () => {
  test('1,000 at the same time run once, and all get the one answer', async () => {
    let arrived = 0;
    const fingerprint = (): undefined => void arrived++; // asked once the body is there
    // Nobody's patience ends, however slow the machine.
    const dedupe = new RequestDeduplicator({ fingerprint, waitTimeout: 600_000 });
    const { open, opened } = gate();
    let runs = 0;
    await using host = await sparkHost(dedupe, (app) =>
      app.post('/', async (ctx) => {
        runs++;
        await opened;
        ctx.status(201).json({ run: runs });
      }),
    );
    const answers: ReturnType<typeof host.send>[] = [];
    // Not more at a time than the kernel keeps room for: whoever it drops comes again seconds later.
    while (answers.length < 1_000) {
      for (let i = 0; i < 100; i++) answers.push(host.send());
      await waitFor(() => arrived === answers.length, { timeout: 60_000 });
    }
    await new Promise(setImmediate);
    open();
    for (const answer of await Promise.all(answers)) {
      expect([answer.status, json(answer)]).toEqual([201, { run: 1 }]);
      expect(answer.headers['idempotent-replayed']).toBeUndefined();
    }
    expect(runs).toBe(1);
    expect(dedupe.getStats()).toMatchObject({ coalesced: 999, inFlight: 0 });
  }, 180_000);

  test('a repeat within the ttl is replayed and marked; what differs runs', async () => {
    let runs = 0;
    await using host = await sparkHost(new RequestDeduplicator(), (app) =>
      app.all('/*', (ctx) => ctx.json({ run: ++runs })),
    );
    const first = await host.send({ path: '/a?x=1&y=2', body: '{"a":1,"b":2}' });
    const again = await host.send({ path: '/a?y=2&x=1', body: '{ "b":2, "a":1.0 }' });
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
    const others = [
      { path: '/a?x=1&y=3', body: '{"a":1,"b":2}' },
      { path: '/b?x=1&y=2', body: '{"a":1,"b":2}' },
      { path: '/a?x=1&y=2', body: '{"a":1,"b":3}' },
      { path: '/a?x=1&y=2', body: '{"a":1,"b":2}', method: 'PUT' },
      { path: '/a?x=1&y=2', body: '{"a":1,"b":2}', headers: { Authorization: 'Bearer x' } },
      { path: '/a?x=1&y=2', body: '{"a":1,"b":2}', headers: { Host: 'other.example' } },
      { path: '/a?x=1&y=2', body: '{"a":1,"b":2}', headers: { 'Content-Type': 'text/plain' } },
    ];
    for (const [index, other] of others.entries())
      expect(json(await host.send(other))).toEqual({ run: index + 2 });
  });

  test.each([
    ['bytes that are no UTF-8', 'application/json'],
    ['another charset', 'application/json; charset=iso-8859-1'],
  ])('JSON in %s is told apart by its bytes', async (_name, type) => {
    let runs = 0;
    await using host = await sparkHost(new RequestDeduplicator(), (app) =>
      app.post('/', (ctx) => ctx.json({ run: ++runs })),
    );
    const send = (text: string) =>
      host.send({ body: Buffer.from(`{"name":"${text}"}`, 'latin1'), headers: { 'Content-Type': type } });
    // As UTF-8 both letters would be read as the replacement character.
    expect(json(await send('é'))).toEqual({ run: 1 });
    expect(json(await send('è'))).toEqual({ run: 2 });
    expect(json(await send('é'))).toEqual({ run: 1 });
  });

  test('GET passes', async () => {
    let runs = 0;
    await using host = await sparkHost(new RequestDeduplicator(), (app) =>
      app.get('/', (ctx) => ctx.json({ run: ++runs })),
    );
    await host.send({ method: 'GET', body: '' });
    await host.send({ method: 'GET', body: '' });
    expect(runs).toBe(2);
  });

  test('ttl: 0 shares only what is under way', async () => {
    let runs = 0;
    await using host = await sparkHost(new RequestDeduplicator({ ttl: 0 }), (app) =>
      app.post('/', (ctx) => ctx.json({ run: ++runs })),
    );
    expect(json(await host.send())).toEqual({ run: 1 });
    expect(json(await host.send())).toEqual({ run: 2 });
  });

  test.each([400, 413, 415, 422])('a %d is replayed, it will not change', async (status) => {
    let runs = 0;
    await using host = await sparkHost(new RequestDeduplicator(), (app) =>
      app.post('/', (ctx) => ctx.status(status).json({ run: ++runs })),
    );
    await host.send();
    expect(json(await host.send())).toEqual({ run: 1 });
  });

  test.each([401, 403, 404, 408, 409, 425, 429, 500, 503])('a %d is not', async (status) => {
    let runs = 0;
    await using host = await sparkHost(new RequestDeduplicator(), (app) =>
      app.post('/', (ctx) => ctx.status(status).json({ run: ++runs })),
    );
    await host.send();
    expect(json(await host.send())).toEqual({ run: 2 });
  });

  test('a follower waits no longer than waitTimeout: 503 with Retry-After', async () => {
    const { open, opened } = gate();
    let runs = 0;
    await using host = await sparkHost(new RequestDeduplicator({ waitTimeout: 30 }), (app) =>
      app.post('/', async (ctx) => {
        runs++;
        await opened;
        ctx.json({});
      }),
    );
    const leader = host.send();
    await waitFor(() => runs === 1);
    expect(await host.send()).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    open();
    expect((await leader).status).toBe(200);
  });

  test('a body over maxBody is not deduplicated, and arrives whole', async () => {
    const dedupe = new RequestDeduplicator({ maxBody: 1_000 });
    const reasons: string[] = [];
    dedupe.on('bypassed', ({ reason }) => reasons.push(reason));
    await using host = await sparkHost(dedupe, (app) =>
      app.post('/', async (ctx) => {
        const hash = createHash('sha256');
        for await (const chunk of ctx.req) hash.update(chunk as Buffer);
        ctx.json({ hash: hash.digest('hex') });
      }),
    );
    const body = Buffer.alloc(200_000, 'x');
    const hash = createHash('sha256').update(body).digest('hex');
    expect(json(await host.send({ body }))).toEqual({ hash });
    // Without a length it is found out while reading, and what was read goes back.
    expect(
      json(
        await host.send({ body, headers: { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' } }),
      ),
    ).toEqual({ hash });
    expect(reasons).toEqual(['bodyTooLarge', 'bodyTooLarge']);
  });

  test('with nothing that tells clients apart it steps aside, and warns once', async () => {
    const warnings: string[] = [];
    const logger = { info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
    const dedupe = new RequestDeduplicator({ logger });
    const reasons: string[] = [];
    dedupe.on('bypassed', ({ reason }) => reasons.push(reason));
    let runs = 0;
    await using host = await sparkHost(dedupe, (app) => {
      app.post('/', (ctx) => ctx.json({ run: ++runs }));
      // As behind a Unix socket
      app.server.on('connection', (socket) =>
        Object.defineProperty(socket, 'remoteAddress', { value: undefined }),
      );
    });
    await host.send();
    await host.send();
    expect(runs).toBe(2);
    expect(warnings).toHaveLength(1);
    expect(reasons).toEqual(['noScope', 'noScope']);
    expect(dedupe.getStats().bypassed).toBe(2);
  });
});

describe('the body after us', () => {
  test.each<[string, string | Buffer, Record<string, string>]>([
    ['JSON', '{"a":1}', {}],
    ['text', 'héllo', { 'Content-Type': 'text/plain' }],
    ['binary', Buffer.from([0, 255, 1, 254]), { 'Content-Type': 'application/octet-stream' }],
    ['empty', '', {}],
    ['chunked', 'abc'.repeat(50_000), { 'Transfer-Encoding': 'chunked', 'Content-Type': 'text/plain' }],
    ['chunked and empty', '', { 'Transfer-Encoding': 'chunked', 'Content-Type': 'text/plain' }],
  ])('%s is readable by the handler, by a pipe and by a parser', async (_name, body, headers) => {
    const type = headers['Content-Type'] ?? 'application/json';
    await using host = await sparkHost(new RequestDeduplicator(), (app) => {
      app.post('/iterate', async (ctx) => {
        const chunks: Buffer[] = [];
        for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
        ctx.send(Buffer.concat(chunks));
      });
      app.post('/pipe', (ctx) => pipeline(ctx.req, ctx.res));
      app.post(
        '/events',
        (ctx) =>
          new Promise<void>((done) => {
            const chunks: Buffer[] = [];
            ctx.req
              .on('data', (chunk: Buffer) => chunks.push(chunk))
              .on('end', () => done(void ctx.send(Buffer.concat(chunks))));
          }),
      );
      app.post('/raw', (ctx) => ctx.send(ctx.rawBody ?? ''));
      app.post('/parsed', bodyParser({ limit: 1_000_000 }), (ctx) => {
        const parsed = ctx.body;
        ctx.send(
          Buffer.isBuffer(parsed) || typeof parsed === 'string'
            ? parsed
            : parsed === null
              ? ''
              : JSON.stringify(parsed),
        );
      });
    });
    const own = {
      ...headers,
      ...(headers['Transfer-Encoding'] ? { 'Content-Length': undefined } : {}),
      'Content-Type': type,
    };
    for (const path of ['/iterate', '/pipe', '/events', '/raw', '/parsed']) {
      const answer = await host.send({ path, body, headers: own });
      expect([path, answer.status, answer.body.toString('latin1')]).toEqual([
        path,
        200,
        Buffer.from(body as string).toString('latin1'),
      ]);
    }
  });

  test('a body that a parser has read before us is told apart by what it made of it', async () => {
    const dedupe = new RequestDeduplicator();
    let runs = 0;
    await using host = await sparkHost(new RequestDeduplicator({ methods: [] }), (app) => {
      app.use(bodyParser({ limit: 1_000 }));
      app.use((ctx, next) => {
        ctx.rawBody = undefined; // a parser that keeps no bytes
        return next();
      });
      app.use(dedupe.middleware());
      app.post('/', (ctx) => ctx.json({ run: ++runs }));
    });
    expect(json(await host.send({ body: '{"a":1,"b":2}' }))).toEqual({ run: 1 });
    expect(json(await host.send({ body: '{"b":2,"a":1}' }))).toEqual({ run: 1 });
    expect(json(await host.send({ body: '{"b":3,"a":1}' }))).toEqual({ run: 2 });
    await dedupe.close();
  });
});

describe('a replay is what was sent', () => {
  const binary = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  test.each<[string, Parameters<typeof sparkHost>[1]]>([
    ['json', (app) => app.post('/', (ctx) => ctx.json({ ok: true }))],
    ['text', (app) => app.post('/', (ctx) => ctx.text('plain'))],
    ['binary', (app) => app.post('/', (ctx) => ctx.send(binary))],
    ['a stream', (app) => app.post('/', (ctx) => pipeline(Readable.from(['a', 'b', 'c']), ctx.res))],
    ['204', (app) => app.post('/', (ctx) => void ctx.res.writeHead(204).end())],
    [
      'gzip',
      (app) =>
        app.post(
          '/',
          (ctx) =>
            void ctx.res.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('x'.repeat(5_000))),
        ),
    ],
    [
      'many and repeated headers',
      (app) =>
        app.post('/', (ctx) => {
          for (let i = 0; i < 12; i++) ctx.res.setHeader(`X-Field-${i}`, String(i));
          ctx.res.setHeader('Link', ['<a>; rel=next', '<b>; rel=prev']);
          ctx.res.writeHead(201, 'Made').end('body');
        }),
    ],
  ])('%s', async (_name, routes) => {
    await using host = await sparkHost(new RequestDeduplicator(), routes);
    const [first, again] = [await host.send(), await host.send()];
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    const fields = ({ headers }: typeof first) => {
      const {
        date,
        connection,
        'keep-alive': _k,
        'transfer-encoding': _t,
        'content-length': _l,
        'idempotent-replayed': _i,
        ...rest
      } = headers;
      return [date === undefined, connection !== undefined, rest];
    };
    expect(fields(again)).toEqual(fields(first));
  });

  test('HEAD, where it is deduplicated', async () => {
    await using host = await sparkHost(new RequestDeduplicator({ methods: ['HEAD'] }), (app) =>
      app.get('/', (ctx) => ctx.json({ a: 1 })),
    );
    const [first, again] = [
      await host.send({ method: 'HEAD', body: '' }),
      await host.send({ method: 'HEAD', body: '' }),
    ];
    expect(again.headers).toMatchObject({
      'content-length': first.headers['content-length'],
      'idempotent-replayed': 'true',
    });
  });

  test('fields of outer middlewares, rate limits, dates and cookies belong to each answer', async () => {
    const dedupe = new RequestDeduplicator();
    let outer = 0;
    await using host = await sparkHost(new RequestDeduplicator({ methods: [] }), (app) => {
      app.use((ctx, next) => {
        ctx.res.setHeader('X-Outer', String(++outer));
        return next();
      });
      app.use(dedupe.middleware());
      app.post('/', (ctx) => {
        ctx.res.setHeader('X-RateLimit-Remaining', '7');
        ctx.res.setHeader('RateLimit', '"default";r=7');
        ctx.res.setHeader('Set-Cookie', 'session=secret');
        ctx.res.setHeader('X-Inner', 'kept');
        ctx.res.setHeader('Retry-After', '5');
        ctx.json({});
      });
    });
    await host.send();
    const { headers } = await host.send();
    expect(headers).toMatchObject({ 'x-outer': '2', 'x-inner': 'kept', 'retry-after': '5' });
    for (const name of ['x-ratelimit-remaining', 'ratelimit', 'set-cookie'])
      expect(headers[name]).toBeUndefined();
    await dedupe.close();
  });

  test('a response over maxReplay is not kept; its repeat is refused and does not run', async () => {
    let runs = 0;
    const dedupe = new RequestDeduplicator({ maxReplay: 100 });
    await using host = await sparkHost(dedupe, (app) =>
      app.post('/', (ctx) => {
        runs++;
        ctx.text('x'.repeat(101));
      }),
    );
    expect((await host.send()).body.length).toBe(101);
    const again = await host.send();
    expect([again.status, json(again)]).toEqual([
      409,
      { error: 'Response too large to replay', code: 'response-too-large' },
    ]);
    expect(runs).toBe(1);
  });
});
