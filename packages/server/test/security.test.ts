import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import net from 'node:net';
import { bodyParser } from '../src/index.js';
import { RunningApp } from './running-app.js';

const start = (options = {}): Promise<RunningApp> =>
  RunningApp.start(
    (app) => app.get('/', (ctx) => ctx.text('fine')).post('/', bodyParser(), (ctx) => ctx.json(ctx.body)),
    options,
  );

describe('requests that two servers could read differently', () => {
  test.each([
    ['two lengths', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nGET /'],
    [
      'a length and a coding',
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    ],
    [
      'a coding that is not chunked last',
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n',
    ],
    ['a space before the colon', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 4\r\n\r\nabcd'],
    ['a length that is no number', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +4\r\n\r\nabcd'],
    [
      'a chunk size that is no number',
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n',
    ],
    ['a NUL in a field', 'GET / HTTP/1.1\r\nHost: h\r\nX: a\0b: c\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('%s: 400, and the connection ends', async (_name, bytes) => {
    await using host = await start();
    const text = await host.raw(bytes);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('malformed targets', () => {
  test.each(['/%zz', '/%', '/%c3%28', '/a/%e0%a4%a', 'http://[::1/x', 'ftp://h/x', 'x'])(
    '%s: 400',
    async (target) => {
      await using host = await start();
      const text = await host.raw(`GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
      expect(text).toMatch(/^HTTP\/1\.1 400 /);
      // The process is there for the next one.
      expect((await host.ask('/')).text).toBe('fine');
    },
  );

  test('the absolute form is understood', async () => {
    await using host = await start();
    const text = await host.raw('GET http://h/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    expect(text).toContain('fine');
  });

  test('CONNECT and Upgrade without a listener do not get through', async () => {
    await using host = await start();
    expect(await host.raw('CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n')).toBe('');
    const upgrade = 'GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
    expect(await host.raw(upgrade.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))).toMatch(
      /^(HTTP\/1\.1 200 |$)/,
    );
  });
});

describe('clients that take their time', () => {
  // Real time: the deadlines are those of Node's server. Each test waits for the server to act, however late.
  test('a header that does not end: 408', async () => {
    await using host = await start({ headersTimeout: 100, requestTimeout: 10_000 });
    expect(await host.raw('GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a body that does not end', async () => {
    await using host = await start({ headersTimeout: 100, requestTimeout: 200 });
    const text = await host.raw('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n1');
    expect(text).toMatch(/^(HTTP\/1\.1 4|$)/);
  });

  test('a connection that stays idle', async () => {
    await using host = await start({ keepAliveTimeout: 50 });
    expect(await host.raw('GET / HTTP/1.1\r\nHost: h\r\n\r\n')).toContain('fine');
  });
});

describe('floods', () => {
  test('header fields beyond maxHeaderSize: 431', async () => {
    await using host = await start({ maxHeaderSize: 1_024 });
    const text = await host.raw(`GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(2_000)}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('connections beyond maxConnections are closed on arrival, those open go on', async () => {
    await using host = await start({ maxConnections: 1 });
    const first = net.connect(host.port, '127.0.0.1').unref();
    const ask = async (): Promise<string> => {
      first.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
      return String((await once(first, 'data'))[0]);
    };
    expect(await ask()).toContain('fine');
    expect(await host.raw('GET / HTTP/1.1\r\nHost: h\r\n\r\n')).toBe('');
    expect(await ask()).toContain('fine');
    first.destroy();
  });

  test.each([{ 'Content-Length': 20_000_000 }, { 'Transfer-Encoding': 'chunked' }])(
    'a body of 20 MB, %j, is told 413 and not kept',
    async (headers) => {
      await using host = await start();
      const answer = await host.ask('/', { method: 'POST', headers, body: Buffer.alloc(20_000_000) });
      expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    },
  );

  test('query pairs beyond 1,000 are not read, cookies are bounded by the header', async () => {
    await using host = await RunningApp.start((app) =>
      app.get('/', (ctx) => ctx.json(Object.keys(ctx.query).length)),
    );
    const query = Array.from({ length: 2_000 }, (_, index) => `${index.toString(36)}=`).join('&');
    expect((await host.ask(`/?${query}`)).json()).toBe(1_000);
  });

  test('paths that nobody has leave nothing behind', async () => {
    await using host = await start();
    const statuses = new Set<number>();
    for (let index = 0; index < 300; index++) statuses.add((await host.ask(`/none-${index}`)).status);
    expect([...statuses]).toEqual([404]);
    expect((await host.ask('/')).text).toBe('fine');
  });

  test('pipelined requests are answered in their order', async () => {
    await using host = await RunningApp.start((app) =>
      app.get('/:id', async (ctx) => {
        if (ctx.params.id === '0') await new Promise((resolve) => setImmediate(resolve));
        ctx.text(`<${ctx.params.id}>`);
      }),
    );
    const request = (id: number, last: boolean): string =>
      `GET /${id} HTTP/1.1\r\nHost: h\r\n${last ? 'Connection: close\r\n' : ''}\r\n`;
    const text = await host.raw([0, 1, 2].map((id) => request(id, id === 2)).join(''));
    expect(text.match(/<\d>/g)).toEqual(['<0>', '<1>', '<2>']);
  });
});
