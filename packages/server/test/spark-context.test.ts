import { describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { clientIp } from '@spark-perf/core';
import type { Handler } from '../src/index.js';
import type { Answer, AskOptions } from './running-app.js';
import { RunningApp } from './running-app.js';

/** What one handler at `/` and below answers. */
async function answerOf(handler: Handler, path = '/', options: AskOptions = {}): Promise<Answer> {
  await using host = await RunningApp.start((app) => app.all('/*', handler));
  return await host.ask(path, options);
}
/** What a handler sees. */
const seen = async (see: (...args: Parameters<Handler>) => unknown, path = '/', options: AskOptions = {}) =>
  (await answerOf((ctx, next) => ctx.json(see(ctx, next) ?? null), path, options)).json() as unknown;

describe('the request', () => {
  test('url is a URL, originalUrl the text', async () => {
    const facts = await seen(
      (ctx) => [ctx.url instanceof URL, ctx.url.href, ctx.originalUrl, ctx.path],
      '/a%20b?c=d',
      {
        headers: { host: 'example.org:81' },
      },
    );
    expect(facts).toEqual([true, 'http://example.org:81/a%20b?c=d', '/a%20b?c=d', '/a%20b']);
  });

  test.each(['a/b@evil', 'evil#', '', 'x y'])(
    'a Host field like "%s" does not move the path',
    async (host) => {
      expect(await seen((ctx) => [ctx.url.pathname, ctx.path], '/p', { headers: { host } })).toEqual([
        '/p',
        '/p',
      ]);
    },
  );

  test('//name in the target is a path, not a host', async () => {
    expect(
      await seen((ctx) => [ctx.url.host, ctx.url.pathname], '//evil/p', { headers: { host: 'h' } }),
    ).toEqual(['h', '//evil/p']);
  });

  test('query: text or list, without prototype', async () => {
    expect(
      await seen((ctx) => [ctx.query, Object.getPrototypeOf(ctx.query)], '/?a=1&b=2&b=3&c&__proto__=x'),
    ).toEqual([{ a: '1', b: ['2', '3'], c: '', ['__proto__']: 'x' }, null]);
    expect(await seen((ctx) => ctx.query, '/')).toEqual({});
  });

  test('headers is a copy, get() reads it whatever the case', async () => {
    const facts = await seen(
      (ctx) => {
        ctx.headers['x-a'] = 'changed';
        return [ctx.get('X-A'), ctx.req.headers['x-a'], ctx.get('none') ?? null];
      },
      '/',
      { headers: { 'X-A': 'sent' } },
    );
    expect(facts).toEqual(['changed', 'sent', null]);
  });

  test('cookies, state, session and files are bags of their own', async () => {
    const facts = await seen(
      (ctx) => {
        const before = [ctx.cookies, ctx.state, ctx.session, ctx.files, ctx.params, ctx.body];
        ctx.state.a = 1;
        ctx.session = { user: 7 };
        ctx.files = { b: 2 };
        ctx.cookies = { c: '3' };
        return [before[0], before.slice(2), ctx.state, ctx.session, ctx.files, ctx.cookies];
      },
      '/',
      { headers: { cookie: 'a=1; b="2"; a=3' } },
    );
    expect(facts).toEqual([
      { a: '1', b: '2' },
      [{}, {}, { '*': '' }, null],
      { a: 1 },
      { user: 7 },
      { b: 2 },
      { c: '3' },
    ]);
  });

  test('ip() is a method, protocol() and host() too; clientIp understands it', async () => {
    const facts = await seen((ctx) => [ctx.ip(), ctx.ips(), ctx.protocol(), ctx.host(), clientIp(ctx)], '/', {
      headers: {
        host: 'h:1',
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil',
      },
    });
    expect(facts).toEqual(['127.0.0.1', ['127.0.0.1'], 'http', 'h:1', '127.0.0.1']);
  });

  test('the matched pattern', async () => {
    await using host = await RunningApp.start((app) => app.get('/users/:id', (ctx) => ctx.json(ctx.route)));
    expect((await host.ask('/users/7')).json()).toBe('/users/:id');
  });
});

describe('the answer', () => {
  test.each([
    ['json', { a: 1 }, '{"a":1}', 'application/json; charset=utf-8'],
    ['json', undefined, 'null', 'application/json; charset=utf-8'],
    ['text', 'é', 'é', 'text/plain; charset=utf-8'],
    ['html', '<p>', '<p>', 'text/html; charset=utf-8'],
    ['send', 'text', 'text', 'text/plain; charset=utf-8'],
    ['send', Buffer.from('bytes'), 'bytes', 'application/octet-stream'],
    ['send', { a: 1 }, '{"a":1}', 'application/json; charset=utf-8'],
    ['send', undefined, '', undefined],
    ['end', 'text', 'text', 'text/plain; charset=utf-8'],
  ] as const)('%s(%p)', async (method, data, text, type) => {
    const answer = await answerOf((ctx) => ctx[method](data));
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([200, text, type]);
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(text)));
  });

  test('only the first answer counts', async () => {
    const answer = await answerOf((ctx) => {
      ctx.status(201).json(1);
      ctx.status(500).json(2);
    });
    expect([answer.status, answer.text]).toEqual([201, '1']);
  });

  test('a type that was set stays, on the context or on res', async () => {
    const one = await answerOf((ctx) => ctx.set('Content-Type', 'application/problem+json').json({}));
    expect(one.headers['content-type']).toBe('application/problem+json');
    const other = await answerOf((ctx) => {
      ctx.res.setHeader('Content-Type', 'application/problem+json');
      ctx.json({});
    });
    expect(other.rawHeaders.filter((name) => /content-type/i.test(name))).toHaveLength(1);
    expect(other.headers['content-type']).toBe('application/problem+json');
  });

  test('set, get, remove; a list becomes one value, cookies stay apart', async () => {
    const { headers } = await answerOf((ctx) => {
      ctx.set('X-A', 1).setHeader('x-b', ['1', '2']).set('x-c', 'gone').removeHeader('X-C');
      ctx.set('Set-Cookie', ['a=1', 'b=2']);
      ctx.res.setHeader('X-A', 'overruled');
      ctx.json([ctx.getHeader('x-a'), ctx.getHeader('none')]);
    });
    expect(headers).toMatchObject({ 'x-a': '1', 'x-b': '1,2', 'set-cookie': ['a=1', 'b=2'] });
    expect(headers).not.toHaveProperty('x-c');
  });

  test('fields wait for the answer, and are lost when the handler writes to res', async () => {
    const { headers, text } = await answerOf((ctx) => {
      ctx.set('x-a', '1');
      expect(ctx.res.hasHeader('x-a')).toBe(false);
      ctx.res.end('streamed');
    });
    expect(text).toBe('streamed');
    expect(headers).not.toHaveProperty('x-a');
  });

  test.each([
    ['a\r\nb: c', 'x'],
    ['name', 'a\r\nSet-Cookie: b'],
    ['name', 'a\0'],
    ['name', '\u0100'],
    ['na me', 'x'],
    ['', 'x'],
    ['name', 'x'.repeat(8_193)],
  ])('set(%j, …) is refused', async (name, value) => {
    const refusal = await seen((ctx) => {
      try {
        ctx.set(name, value);
        return 'taken';
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    expect(refusal).toBe('SPARK_INVALID_FIELD');
  });

  test.each([99, 600, 200.5, NaN, '200' as never])('status(%p) throws', async (code) => {
    const refusal = await seen((ctx) => {
      try {
        ctx.status(code);
        return 'taken';
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    expect(refusal).toBe('SPARK_INVALID_STATUS');
  });

  test.each([204, 304])('%d has neither body nor length', async (status) => {
    const answer = await answerOf((ctx) => ctx.status(status).send('ignored'));
    expect([answer.status, answer.text]).toEqual([status, '']);
    expect(answer.headers).not.toHaveProperty('content-length');
    expect(answer.headers).not.toHaveProperty('transfer-encoding');
  });

  test('redirect escapes what may not stand in a URL', async () => {
    const { status, headers } = await answerOf((ctx) => ctx.redirect('/ü\r\nSet-Cookie: a=b', 303));
    expect([status, headers.location]).toEqual([303, '/%C3%BC%0D%0ASet-Cookie:%20a=b']);
    expect(headers).not.toHaveProperty('set-cookie');
    expect((await answerOf((ctx) => ctx.redirect(new URL('http://a/?b=%20')))).headers.location).toBe(
      'http://a/?b=%20',
    );
  });

  test('setCookie and clearCookie', async () => {
    const { headers } = await answerOf((ctx) => {
      ctx.setCookie('a', '1').clearCookie('b').text('');
    });
    expect(headers['set-cookie']).toEqual([
      'a=1; Path=/; HttpOnly; SameSite=Lax',
      'b=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    ]);
  });

  test('a stream piped into res is no 404, whether waited for or not', async () => {
    const chunks = (): Readable => Readable.from(['a', 'b']);
    expect((await answerOf((ctx) => void chunks().pipe(ctx.res))).text).toBe('ab');
    expect((await answerOf((ctx) => pipeline(chunks(), ctx.res))).text).toBe('ab');
    expect((await answerOf((ctx) => void pipeline(chunks(), ctx.res).catch(() => {}))).text).toBe('ab');
  });

  test('HEAD may state the length of the body it leaves out', async () => {
    const answer = await answerOf((ctx) => ctx.set('Content-Length', '99').end(), '/', { method: 'HEAD' });
    expect(answer.headers['content-length']).toBe('99');
  });
});
