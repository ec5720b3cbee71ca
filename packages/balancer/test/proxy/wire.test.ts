import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RawClient, RawUpstream } from '../../src/testing/index.js';
import { parsedBody } from '../../src/proxy/parsed-body.js';
import { fakeContext } from '@spark-perf/core/testing';
import type { FrontOptions } from '../support/front.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Puts `text` to a front whose server answers `answer`; tells what either side got. */
async function relay(text: string, answer = OK, options: FrontOptions = {}) {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) => socket.write(answer, 'latin1');
  const { port, balancer } = await world.front([upstream.port], options);
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send(text);
  await client.until(
    () => /\r\n\r\n[^]*(?:ok|\})(?:\r\n0\r\n[^]*\r\n)?$/.test(client.received) || client.closed,
  );
  const request = upstream.requests[0];
  return {
    head: request?.head ?? '',
    rest: () => request?.rest() ?? '',
    received: client.received,
    client,
    stats: balancer.getStats(),
  };
}

const get = (fields: string) => `GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

test('Proxy-Authorization passes, Upgrade without `Connection: upgrade` does not, TE says trailers alone', async () => {
  const { head } = await relay(
    get('Proxy-Authorization: Basic eDp5\r\nUpgrade: websocket\r\nTE: gzip;q=1, Trailers;q=1\r\n'),
  );
  expect(head).toMatch(/^Proxy-Authorization: Basic eDp5$/m);
  expect(head).not.toMatch(/^upgrade:/im);
  expect(head).toMatch(/^TE: trailers$/im);
  expect(head).not.toContain('gzip');
});

test('fields of an answer keep their case, order and repeats', async () => {
  const fields = 'X-b: 1\r\nSET-Cookie: a=1\r\nx-A: 2\r\nX-B: 3\r\nset-cookie: b=2\r\n';
  const { received } = await relay(get(''), `HTTP/1.1 200 OK\r\n${fields}Content-Length: 2\r\n\r\nok`);
  expect(received).toContain(fields);
});

test('the reason of an answer passes', async () => {
  const { received } = await relay(get(''), 'HTTP/1.1 299 As It Were\r\nContent-Length: 2\r\n\r\nok');
  expect(received).toMatch(/^HTTP\/1\.1 299 As It Were\r\n/);
});

test.each([
  ['/api/a%2fb/../c//d?q=%20+%', '/a%2fb/../c//d?q=%20+%'],
  ['/api//evil.example/x', '//evil.example/x'],
  ['/api/./%c3%bc', '/./%c3%bc'],
  ['/%61pi/x%2f', '/x%2f'],
  ['/api?', '/?'],
  ['http://evil.example/api/x', '/x'],
])('below a mount %s is asked for as %s', async (target, expected) => {
  const { head } = await relay(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`, OK, { mount: '/api' });
  expect(head.split('\r\n')[0]).toBe(`GET ${expected} HTTP/1.1`);
});

test('OPTIONS * stays what it is', async () => {
  const { head } = await relay('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(head).toMatch(/^OPTIONS \* HTTP\/1\.1\r\n/);
});

test.each(['GET', 'OPTIONS', 'DELETE'])(
  'a body of %s in chunks is sent framed, and the connection used again',
  async (method) => {
    const inner = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
    const chunk = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    const seen: string[] = [];
    const server = await world.upstream((req, res) => {
      let body = '';
      req.on('data', (part: Buffer) => (body += part.toString()));
      req.on('end', () => {
        seen.push(`${req.method} ${req.url} ${body.length}`);
        res.end('ok');
      });
    });
    const { port } = await world.front([server.port]);
    const client = new RawClient(port);
    world.defer(() => client.destroy());
    client.send(`${method} /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`);
    expect(await client.until(() => client.received.includes('ok'))).toBe(true);
    client.send('GET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.until(() => client.received.split('HTTP/1.1 200').length === 3)).toBe(true);
    expect(seen).toEqual([`${method} /1 ${inner.length}`, 'GET /2 0']);
  },
);

test.each([
  ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n', 400],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['no target that can be relayed', 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  [
    'a coding below chunked',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    501,
  ],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['a length that is none', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello', 400],
])('a request with %s is refused and not relayed', async (_name, text, status) => {
  const { head, received } = await relay(text);
  expect([received.slice(9, 12), head]).toEqual([String(status), '']);
});

describe('an answer that can not be relayed is a 502, without a word of it', () => {
  test.each([
    ['folded', 'HTTP/1.1 200 OK\r\nX-A: secret\r\n two\r\nContent-Length: 2\r\n\r\nok'],
    [
      'framed twice',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['of two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok'],
    [
      'in a coding below chunked',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['no HTTP', 'secret 200 OK\r\n\r\n'],
    [
      'with a head over 16 KiB',
      `HTTP/1.1 200 OK\r\nX-A: ${'secret'.repeat(3_000)}\r\nContent-Length: 2\r\n\r\nok`,
    ],
    [
      'an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: secret\r\n\r\n',
    ],
  ])('%s', async (_name, answer) => {
    for (const method of ['GET', 'HEAD']) {
      const { received, stats } = await relay(
        `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
        answer,
      );
      expect(received).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
      expect(received).not.toContain('secret');
      expect(stats.activeConnections).toBe(0);
    }
  });
});

test.each(['Content-Length: 2', 'Transfer-Encoding: chunked'])(
  'the head of an answer (%s) does not wait for its body',
  async (framing) => {
    const upstream = await RawUpstream.start();
    world.defer(() => upstream.close());
    let finish = (): void => {};
    upstream.respond = ({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\nX-A: early\r\n${framing}\r\n\r\n`);
      finish = () => void socket.write(framing.startsWith('C') ? 'ok' : '2\r\nok\r\n0\r\n\r\n');
    };
    const { port } = await world.front([upstream.port]);
    const client = new RawClient(port);
    world.defer(() => client.destroy());
    client.send(get(''));
    expect(await client.until(() => client.received.endsWith('\r\n\r\n'))).toBe(true);
    expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\nX-A: early\r\n/);
    finish();
    expect(await client.until(() => /ok/.test(client.received))).toBe(true);
  },
);

test('a tab in a field of an answer is relayed', async () => {
  const { received } = await relay(get(''), OK.replace('OK\r\n', 'OK\r\nX-A: one\ttwo\r\n'));
  expect(received).toMatch(/^X-A: one\ttwo\r$/m);
});

test('trailers of an answer follow its body, but for those that only a head may say', async () => {
  const { client } = await relay(
    get(''),
    'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n' +
      'X-Sum: 9\r\nSet-Cookie: evil=1\r\nWWW-Authenticate: Evil\r\nX-Other: 1\r\n\r\n',
  );
  await client.until(() => client.closed || /\r\n0\r\n[^]*\r\n\r\n$/.test(client.received));
  expect(client.received).toMatch(/ok\r\n0\r\nX-Sum: 9\r\nX-Other: 1\r\n\r\n$/);
});

test('a folded trailer cuts the answer: neither is it relayed, nor does the client wait', async () => {
  const { received, client } = await relay(
    get(''),
    'HTTP/1.1 200 OK\r\nTrailer: X-A\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-A: one\r\n two\r\n\r\n',
  );
  expect(await client.until(() => client.closed || client.received.endsWith('0\r\n\r\n'))).toBe(true);
  expect(received).not.toMatch(/^ ?two/m);
});

test('a folded field of a 101 does not become a line of its own', async () => {
  const { received } = await relay(
    get('Connection: Upgrade\r\nUpgrade: raw\r\n'),
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n X-Evil: 1\r\n\r\n',
  );
  expect(received).not.toMatch(/^X-Evil/m);
  expect(received).toMatch(/^HTTP\/1\.1 (?:101|502) /);
});

test('an answer that was cut in the middle is not asked for again elsewhere', async () => {
  const cut = await RawUpstream.start();
  world.defer(() => cut.close());
  cut.respond = ({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', () => socket.destroy());
  const good = await world.upstream((_req, res) => res.end('good'));
  const { port, balancer } = await world.front([cut.port, good.port]);
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send(get(''));
  expect(await client.until(() => client.closed)).toBe(true);
  expect(client.received).toMatch(/^HTTP\/1\.1 200 [^]*half$/);
  expect([good.requests, balancer.getStats().retries]).toEqual([0, 0]);
});

test('problems are problems where the client takes them', async () => {
  const { url } = await world.front([]);
  const answer = await fetch(url, { headers: { Accept: 'application/problem+json' } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({ status: 503, title: 'Service unavailable' });
});

test('forwarded in both spellings, via under the default name', async () => {
  const { head } = await relay(get(''), OK, { forwarded: 'both', via: true });
  expect(head).toMatch(/^X-Forwarded-For: 127\.0\.0\.1$/m);
  expect(head).toMatch(/^X-Forwarded-Host: a$/m);
  expect(head).toMatch(/^Forwarded: for=127\.0\.0\.1;host=a;proto=http$/m);
  expect(head).toMatch(/^Via: 1\.1 spark$/m);
});

test.each<[unknown, string, string | undefined]>([
  ['', 'text/plain', ''],
  [{}, 'application/json', '{}'],
  [[], 'application/problem+json; charset=utf-8', '[]'],
  ['', 'application/json', '""'],
  [null, 'application/json', 'null'],
  [Buffer.from('raw'), 'image/png', 'raw'],
  [{ a: ['1', '2'], b: 'ü' }, 'application/x-www-form-urlencoded', 'a=1&a=2&b=%C3%BC'],
  [undefined, 'application/json', undefined],
  [{ file: 1 }, 'multipart/form-data; boundary=x', undefined],
])('the parsed body %j of %s is sent as %j', (body, type, expected) => {
  const ctx = fakeContext({ method: 'POST', headers: { 'content-type': type } });
  ctx.body = body;
  expect(parsedBody(ctx)?.bytes.toString()).toBe(expected);
});

test('raw bytes keep their coding, a parsed body has lost it', () => {
  const ctx = fakeContext({
    method: 'POST',
    headers: { 'content-type': 'text/plain', 'content-encoding': 'gzip' },
  });
  ctx.body = 'a';
  expect(parsedBody(ctx)).toMatchObject({ decoded: true });
  ctx.rawBody = Buffer.from('bytes');
  expect(parsedBody(ctx)).toMatchObject({ bytes: Buffer.from('bytes'), decoded: false });
});

test('a parsed form with files is a 415', async () => {
  const consume = async (ctx: { req: AsyncIterable<unknown>; body: unknown }, next: () => Promise<void>) => {
    for await (const _ of ctx.req);
    ctx.body = { field: 1 };
    await next();
  };
  const text =
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data\r\nContent-Length: 2\r\n\r\nhi';
  const { received, head } = await relay(text, OK, { before: [consume as never] });
  expect(received).toMatch(/^HTTP\/1\.1 415 /);
  expect(head).toBe('');
});

test('every error code has its row in the documents', async () => {
  const rows = await readFile(path.join(__dirname, '../../../../docs/errors.md'), 'utf8');
  for (const code of ['SPARK_NO_SERVER', 'SPARK_UNKNOWN_SERVER', 'SPARK_BALANCER_CLOSED', 'SPARK_UPSTREAM'])
    expect(rows).toContain(code);
});
