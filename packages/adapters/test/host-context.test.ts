import { expect, test } from '@jest/globals';
import type http from 'node:http';
import { clientIp } from '@spark-perf/core';
import { toHttp } from '../src/http.js';
import type { HostContext } from '../src/host-context.js';
import { listen } from './listen.js';

/** What a client gets of an answer that is given through the context. */
async function answered(answer: (ctx: HostContext) => unknown, init?: RequestInit): Promise<Response> {
  const server = await listen(
    toHttp(
      (ctx) => void answer(ctx as HostContext),
      () => {},
    ),
  );
  try {
    const response = await fetch(`${server.url}/a?b=1`, init);
    await response.clone().arrayBuffer();
    return response;
  } finally {
    await server.close();
  }
}

test.each([
  [(ctx: HostContext) => ctx.status(201).json({ a: 1 }), 201, 'application/json; charset=utf-8', '{"a":1}'],
  [(ctx: HostContext) => ctx.send('text'), 200, 'text/plain; charset=utf-8', 'text'],
  [(ctx: HostContext) => ctx.send({ a: 1 }), 200, 'application/json; charset=utf-8', '{"a":1}'],
  [(ctx: HostContext) => ctx.send(Buffer.from('bytes')), 200, null, 'bytes'],
  [(ctx: HostContext) => ctx.set('Content-Type', 'text/html').send('<p>'), 200, 'text/html', '<p>'],
  [(ctx: HostContext) => ctx.send(undefined), 200, null, ''],
  [(ctx: HostContext) => ctx.send('first').json('second'), 200, 'text/plain; charset=utf-8', 'first'],
])('answer %#', async (answer, status, type, body) => {
  const response = await answered(answer);
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    status,
    type,
    body,
  ]);
  expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(body)));
});

test('HEAD gets the fields without the body', async () => {
  const response = await answered((ctx) => ctx.json({ a: 1 }), { method: 'HEAD' });
  expect([response.headers.get('content-length'), await response.text()]).toEqual(['7', '']);
});

test('the method is the request’s', async () => {
  const seen: string[] = [];
  for (const method of ['POST', 'DELETE']) {
    await answered((ctx) => (seen.push(ctx.method), ctx.send('')), { method });
  }
  expect(seen).toEqual(['POST', 'DELETE']);
});

test('json after an answer that had no type changes nothing and throws nothing', async () => {
  const errors: unknown[] = [];
  const response = await answered((ctx) => {
    ctx.send(Buffer.from('bytes'));
    try {
      ctx.json({ late: true });
    } catch (error) {
      errors.push(error);
    }
  });
  expect([await response.text(), errors]).toEqual(['bytes', []]);
});

test('what was set on the context counts over what the host says', async () => {
  const seen: unknown[] = [];
  await answered((ctx) => {
    seen.push(ctx.body, ctx.rawBody, ctx.user, ctx.route, ctx.params, ctx.responded, ctx.statusCode);
    ctx.path = '/other';
    ctx.body = { mine: true };
    ctx.rawBody = Buffer.from('mine');
    ctx.user = { id: 7 };
    ctx.params = { id: '1' };
    ctx.state = { a: 1 };
    seen.push(ctx.path, ctx.body, String(ctx.rawBody), ctx.user, ctx.params, ctx.state, clientIp(ctx));
    ctx.statusCode = 404;
    seen.push(ctx.statusCode);
    ctx.responded = true;
    ctx.send('nothing');
    ctx.res.end();
  });
  expect(seen).toEqual([
    ...[null, undefined, undefined, undefined, {}, false, 200],
    ...['/other', { mine: true }, 'mine', { id: 7 }, { id: '1' }, { a: 1 }, '127.0.0.1', 404],
  ]);
});

test.each([
  ['abc', 'abc'],
  [Buffer.from('abc'), 'abc'],
  [7, 'undefined'],
])('raw body kept by a parser: %p', async (kept, text) => {
  let seen = '';
  const handler = toHttp(
    (ctx) => {
      seen = String(ctx.rawBody);
      ctx.send('');
    },
    () => {},
  );
  const server = await listen((req, res) =>
    handler(Object.assign(req, { rawBody: kept }), res as http.ServerResponse as never),
  );
  await fetch(server.url);
  await server.close();
  expect(seen).toBe(text);
});
