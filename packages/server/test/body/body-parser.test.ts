import { describe, expect, test } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { bodyParser } from '../../src/index.js';
import type { Answer } from '../running-app.js';
import { RunningApp } from '../running-app.js';

async function parsed(type: string, body: string | Buffer, headers = {}, limit?: number): Promise<Answer> {
  await using host = await RunningApp.start((app) =>
    app.post('/', bodyParser({ limit }), (ctx) =>
      ctx.json({
        body: Buffer.isBuffer(ctx.body) ? { bytes: ctx.body.toString('latin1') } : ctx.body,
        raw: ctx.rawBody?.toString('latin1'),
      }),
    ),
  );
  const content = type === '' ? {} : { 'Content-Type': type };
  return await host.ask('/', { method: 'POST', headers: { ...content, ...headers }, body });
}

describe('by Content-Type', () => {
  test.each([
    ['application/json', '{"a":[1]}', { a: [1] }],
    ['application/json; charset=utf-8', '"\u00e9"', 'é'],
    ['APPLICATION/JSON', 'null', null],
    ['application/ld+json', '{"a":1}', { a: 1 }],
    ['application/json', '\ufeff{"a":1}', { a: 1 }],
    ['application/x-www-form-urlencoded', 'a=1&b=2&b=3+4&c=%26', { a: '1', b: ['2', '3 4'], c: '&' }],
    ['text/plain', 'text', 'text'],
    ['text/csv', 'a;b', 'a;b'],
    ['application/octet-stream', 'bytes', { bytes: 'bytes' }],
    ['', 'bytes', { bytes: 'bytes' }],
  ])('%s %s', async (type, body, expected) => {
    const answer = await parsed(type, body);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ body: expected, raw: Buffer.from(body).toString('latin1') });
  });

  test('other charsets than UTF-8', async () => {
    const body = Buffer.from('é', 'latin1');
    expect((await parsed('text/plain; charset="ISO-8859-1"', body)).json()).toMatchObject({ body: 'é' });
    const refused = await parsed('text/plain; charset=koi8-r', body);
    expect([refused.status, refused.json()]).toEqual([415, { error: 'The charset is not supported' }]);
    expect((await parsed('text/plain; charset=__proto__', body)).status).toBe(415);
  });

  test('bytes that a middleware before has kept are parsed, within the limit', async () => {
    await using host = await RunningApp.start((app) => {
      app.use(async (ctx, next) => {
        const chunks: Buffer[] = [];
        for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
        ctx.rawBody = Buffer.concat(chunks);
        return next();
      });
      app.post('/', bodyParser({ limit: 10 }), (ctx) => ctx.json({ body: ctx.body }));
    });
    const headers = { 'Content-Type': 'application/json' };
    expect((await host.ask('/', { method: 'POST', headers, body: '{"a":1}' })).json()).toEqual({
      body: { a: 1 },
    });
    expect((await host.ask('/', { method: 'POST', headers, body: '"0123456789"' })).status).toBe(413);
  });

  test('a multipart body stays on the stream', async () => {
    await using host = await RunningApp.start((app) =>
      app.post('/', bodyParser(), async (ctx) => {
        let length = 0;
        for await (const chunk of ctx.req) length += (chunk as Buffer).length;
        ctx.json([ctx.body, ctx.rawBody ?? null, length]);
      }),
    );
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
    expect((await host.ask('/', { method: 'POST', headers, body: '--x--' })).json()).toEqual([null, null, 5]);
  });

  test('without a body nothing is read, and ctx.body stays null', async () => {
    expect((await parsed('application/json', '')).json()).toEqual({ body: null });
  });

  test('two parsers read once', async () => {
    await using host = await RunningApp.start((app) =>
      app.use(bodyParser()).post('/', bodyParser(), (ctx) => ctx.json(ctx.body)),
    );
    const headers = { 'Content-Type': 'application/json' };
    expect((await host.ask('/', { method: 'POST', headers, body: '[1]' })).json()).toEqual([1]);
  });
});

describe('refused', () => {
  test.each(['{', '{"a":}', 'undefined', "{'a':1}", '[1,]'])(
    'malformed JSON %s: 400 without a quote of it',
    async (body) => {
      const answer = await parsed('application/json', body);
      expect([answer.status, answer.json()]).toEqual([400, { error: 'The body is not valid JSON' }]);
    },
  );

  test.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"b":{"__proto__":1}}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"\\u0063onstructor":{"proto\\u0074ype":1}}',
  ])('a key that reaches a prototype: %s', async (body) => {
    expect((await parsed('application/json', body)).status).toBe(400);
  });

  test.each([
    '__proto__=1',
    '__proto__[admin]=1',
    'a[__proto__][b]=1',
    'constructor[prototype][a]=1',
    'constructor.prototype.a=1',
  ])('a form with %s', async (body) => {
    expect((await parsed('application/x-www-form-urlencoded', body)).status).toBe(400);
  });

  test('but not the words themselves', async () => {
    const body = '{"a":"__proto__","constructor":"Renault","b":{"prototype":1}}';
    expect((await parsed('application/json', body)).json()).toMatchObject({
      body: JSON.parse(body) as object,
    });
    expect((await parsed('application/x-www-form-urlencoded', 'constructor=1&proto=2')).status).toBe(200);
  });

  test('JSON nested deeper than the stack', async () => {
    const depth = 200_000;
    const body = `{"constructor":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    await using host = await RunningApp.start((app) =>
      app.post('/', bodyParser(), (ctx) => ctx.text('parsed')),
    );
    const headers = { 'Content-Type': 'application/json' };
    expect((await host.ask('/', { method: 'POST', headers, body })).text).toBe('parsed');
  });

  test('a form with too many fields: 413', async () => {
    const form = (fields: number): string => new Array(fields).fill('a=1').join('&');
    expect((await parsed('application/x-www-form-urlencoded', form(1_000))).status).toBe(200);
    expect((await parsed('application/x-www-form-urlencoded', form(1_001))).status).toBe(413);
  });
});

describe('limits', () => {
  test('a body of exactly the limit passes, one byte more is 413', async () => {
    expect((await parsed('text/plain', 'x'.repeat(10), {}, 10)).status).toBe(200);
    const answer = await parsed('text/plain', 'x'.repeat(11), {}, 10);
    expect([answer.status, answer.json()]).toEqual([413, { error: 'The body exceeds 10 bytes' }]);
    expect(answer.headers.connection).toBe('close');
  });

  test('chunked bodies are counted as they come', async () => {
    const headers = { 'Transfer-Encoding': 'chunked' };
    expect((await parsed('text/plain', 'x'.repeat(10), headers, 10)).status).toBe(200);
    expect((await parsed('text/plain', 'x'.repeat(11), headers, 10)).status).toBe(413);
  });

  test('a Content-Length over the limit is refused before a byte of the body is sent', async () => {
    await using host = await RunningApp.start((app) => app.use(bodyParser({ limit: 10 })));
    const text = await host.raw('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000000\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.each([-1, 1.5, '1mb' as never])('limit %p is refused', (limit) => {
    expect(() => bodyParser({ limit })).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }));
  });

  test('a client that leaves early is an error of the client', async () => {
    const errors: unknown[] = [];
    let told!: () => void;
    const failed = new Promise<void>((resolve) => (told = resolve));
    await using host = await RunningApp.start((app) =>
      app.use(bodyParser()).on('error', (error) => {
        errors.push(error);
        told();
      }),
    );
    host.app.server.once('request', (req) => setImmediate(() => req.socket.destroy()));
    await host.raw('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n123');
    await failed;
    expect(errors).toMatchObject([{ code: 'SPARK_BODY_ABORTED', status: 400 }]);
  });
});

describe('Content-Encoding', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('%s is undone; rawBody is what was sent', async (coding, compress) => {
    const bytes = compress(Buffer.from('{"a":1}'));
    const answer = await parsed('application/json', bytes, { 'Content-Encoding': coding });
    expect(answer.json()).toEqual({ body: { a: 1 }, raw: bytes.toString('latin1') });
  });

  test.each(['gzip', 'zstd', 'gzip, gzip', 'toString'])('%s on a body that is not: 415', async (coding) => {
    expect((await parsed('application/json', '{"a":1}', { 'Content-Encoding': coding })).status).toBe(415);
  });

  test('identity is no coding', async () => {
    expect((await parsed('text/plain', 'x', { 'Content-Encoding': 'identity' })).status).toBe(200);
  });

  test('a small body that grows beyond the limit: 413', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    expect((await parsed('text/plain', bomb, { 'Content-Encoding': 'gzip' }, 10_000)).status).toBe(413);
  });
});
