import { afterEach, describe, expect, test } from '@jest/globals';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bodyParser } from '@spark-perf/server';
import type { Front, FrontOptions } from '../support/front.js';
import { startFront } from '../support/front.js';
import { RawClient, RawUpstream } from '../../src/testing/index.js';
import type { ServerOptions } from '../../src/index.js';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function upstream(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function front(servers: readonly (number | ServerOptions)[], options?: FrontOptions): Promise<Front> {
  const started = await startFront(servers, options);
  cleanups.push(() => started.close());
  return started;
}

async function bytesOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Tells what it was asked. */
const echo: RequestListener = (req, res) => {
  void bytesOf(req).then((body) => {
    res.setHeader('Content-Type', 'application/json');
    res.end(
      JSON.stringify({
        method: req.method,
        url: req.url,
        headers: req.headers,
        raw: req.rawHeaders,
        body: body.toString(),
      }),
    );
  });
};

interface Echoed {
  method: string;
  url: string;
  headers: Record<string, string>;
  raw: string[];
  body: string;
}

describe('target', () => {
  test('the mount is cut off, the path of the server put before, the query kept', async () => {
    const port = await upstream(echo);
    const { url } = await front([{ id: 'a', url: `http://127.0.0.1:${port}/base/` }], { mount: '/api' });
    const ask = async (target: string) => ((await (await fetch(url + target)).json()) as Echoed).url;
    expect(await ask('/api/users/1?a=%20b&a=2')).toBe('/base/users/1?a=%20b&a=2');
    expect(await ask('/api')).toBe('/base/');
    expect(await ask('/api?x')).toBe('/base/?x');
  });

  test('rewritePath decides, and one that makes no path is answered 500', async () => {
    const port = await upstream(echo);
    const { url } = await front([port], {
      rewritePath: (target) => (target === '/bad' ? 'nowhere' : `/v2${target}`),
    });
    expect(((await (await fetch(`${url}/x?y`)).json()) as Echoed).url).toBe('/v2/x?y');
    expect((await fetch(`${url}/bad`)).status).toBe(500);
  });

  test('the host is the server’s, or the client’s on request', async () => {
    const port = await upstream(echo);
    const plain = await front([port]);
    const kept = await front([port], { preserveHost: true });
    const hostOf = async (url: string) => ((await (await fetch(url)).json()) as Echoed).headers.host;
    expect(await hostOf(plain.url)).toBe(`127.0.0.1:${port}`);
    expect(await hostOf(kept.url)).toBe(`127.0.0.1:${kept.port}`);
  });

  test('a unix socket', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'balancer-'));
    const socket = path.join(folder, 's');
    const server = createServer(echo);
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    cleanups.push(async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    });
    const { url } = await front([{ id: 'a', url: `unix:${socket}:/base` }]);
    expect(((await (await fetch(`${url}/x`)).json()) as Echoed).url).toBe('/base/x');
  });
});

describe('fields', () => {
  test('case, order and repeats are kept', async () => {
    const port = await upstream(echo);
    const { port: own } = await front([port]);
    const client = new RawClient(own);
    cleanups.push(() => client.destroy());
    client.send('GET / HTTP/1.1\r\nHost: a\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\nConnection: close\r\n\r\n');
    await client.until(() => client.closed);
    const { raw } = JSON.parse(client.received.slice(client.received.indexOf('{'))) as Echoed;
    const own2 = raw.filter((_, i) => i % 2 === 0 && /^x-[ab]$/i.test(raw[i]!));
    expect(own2).toEqual(['X-B', 'x-a', 'X-B']);
  });

  test('forwarded fields: a trusted proxy is continued, a client is not believed', async () => {
    const port = await upstream(echo);
    const sent = {
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'for=203.0.113.9',
    };
    const ask = async (options: FrontOptions) => {
      const { url } = await front([port], options);
      return ((await (await fetch(url, { headers: sent })).json()) as Echoed).headers;
    };
    const plain = await ask({});
    expect(plain).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(plain.forwarded).toBeUndefined();
    const trusted = await ask({ trustProxy: ['127.0.0.1'] });
    expect(trusted).toMatchObject({
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
      'x-forwarded-proto': 'https',
    });
    const rfc = await ask({ forwarded: 'rfc7239' });
    expect(rfc.forwarded).toMatch(/^for=127\.0\.0\.1;host="127\.0\.0\.1:\d+";proto=http$/);
    expect(rfc['x-forwarded-for']).toBeUndefined();
    const off = await ask({ forwarded: false });
    expect(off['x-forwarded-for']).toBe('203.0.113.9');
  });

  test('via, both ways', async () => {
    const port = await upstream(echo);
    const { url } = await front([port], { via: 'edge' });
    const answer = await fetch(url);
    expect(answer.headers.get('via')).toBe('1.1 edge');
    expect(((await answer.json()) as Echoed).headers.via).toBe('1.1 edge');
  });

  test('hooks change what is sent and answered; what could split a message is refused', async () => {
    const port = await upstream(echo);
    const { url } = await front([port], {
      beforeRequest: async ({ headers, path: target }) => {
        await Promise.resolve();
        headers.set('X-Hook', target === '/split' ? 'a\r\nX-Evil: 1' : 'yes').delete('user-agent');
      },
      afterResponse: (response) => {
        response.status = 201;
        response.headers.append('X-Server', response.server);
      },
    });
    const answer = await fetch(`${url}/x`);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-server')).toBe('s0');
    const { headers } = (await answer.json()) as Echoed;
    expect(headers['x-hook']).toBe('yes');
    expect(headers['user-agent']).toBeUndefined();
    expect((await fetch(`${url}/split`)).status).toBe(500);
  });

  test('a folded field of a server is a 502', async () => {
    const raw = await RawUpstream.start();
    cleanups.push(() => raw.close());
    raw.respond = ({ socket }) =>
      socket.write('HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nContent-Length: 2\r\n\r\nok');
    const { url } = await front([raw.port]);
    expect((await fetch(url)).status).toBe(502);
  });
});

describe('bodies', () => {
  test('stream both ways unchanged', async () => {
    const port = await upstream((req, res) => req.pipe(res));
    const { url } = await front([port]);
    const body = randomBytes(3_000_000);
    const answer = await fetch(url, { method: 'POST', body });
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(Buffer.from(await answer.arrayBuffer()))).toBe(hash(body));
  });

  test.each([
    ['{}', 'application/json'],
    ['[]', 'application/json'],
    ['{"a":[1,"ü"]}', 'application/json'],
    ['a=1&b=2', 'application/x-www-form-urlencoded'],
  ])('a parsed body is sent again: %s', async (body, type) => {
    const port = await upstream(echo);
    const { url } = await front([port], { before: [bodyParser() as never] });
    const echoed = (await (
      await fetch(url, { method: 'POST', body, headers: { 'Content-Type': type } })
    ).json()) as Echoed;
    expect(echoed.body).toBe(body);
    expect(echoed.headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  test('a parsed body without its raw bytes is encoded by its media type', async () => {
    const port = await upstream(echo);
    const forget = (ctx: { rawBody?: Buffer | undefined }, next: () => Promise<void>) => {
      ctx.rawBody = undefined;
      return next();
    };
    const { url } = await front([port], { before: [bodyParser() as never, forget as never] });
    const post = async (body: string, type: string) =>
      (
        (await (
          await fetch(url, { method: 'POST', body, headers: { 'Content-Type': type } })
        ).json()) as Echoed
      ).body;
    expect(await post('{ }', 'application/json')).toBe('{}');
    expect(await post('""', 'application/json')).toBe('""');
    expect(await post('b=2&a=1', 'application/x-www-form-urlencoded')).toBe('b=2&a=1');
  });

  test('request trailers arrive', async () => {
    let trailers: NodeJS.Dict<string> = {};
    const port = await upstream((req, res) => {
      req.resume();
      req.on('end', () => {
        trailers = req.trailers;
        res.end('ok');
      });
    });
    const { port: own } = await front([port]);
    const client = new RawClient(own);
    cleanups.push(() => client.destroy());
    client.send(
      'POST / HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 9\r\n\r\n',
    );
    expect(await client.until(() => client.received.includes('ok'))).toBe(true);
    expect(trailers['x-sum']).toBe('9');
  });

  test('an early answer to an unfinished upload arrives, and the connection goes on', async () => {
    const raw = await RawUpstream.start();
    cleanups.push(() => raw.close());
    raw.respond = ({ socket }) =>
      socket.write('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig');
    const { port, balancer } = await front([raw.port]);
    const client = new RawClient(port);
    cleanups.push(() => client.destroy());
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nstart');
    expect(await client.until(() => client.received.includes('big'))).toBe(true);
    client.send('x'.repeat(99_995));
    raw.respond = ({ socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext');
    client.send('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.until(() => client.received.endsWith('next'))).toBe(true);
    expect(balancer.getStats().activeConnections).toBe(0);
  });
});
