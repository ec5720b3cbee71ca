import { expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { RawClient, RawUpstream } from '../../src/testing/index.js';
import type { FrontOptions } from '../support/front.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** What the server gets when a client sends `text`. */
async function sent(text: string, options: FrontOptions = {}): Promise<{ head: string; received: string }> {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) => socket.write(OK);
  const { port } = await world.front([upstream.port], options);
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send(text);
  await client.until(() => /\r\n\r\n./.test(client.received) || client.closed, 10_000);
  return { head: upstream.requests[0]?.head ?? '', received: client.received };
}

const SPOOFED = [
  'X-Forwarded-For: 6.6.6.6',
  'X_Forwarded_For: 6.6.6.6',
  'x-forwarded_for: 6.6.6.6',
  'X-Forwarded-Host: evil',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 6666',
  'X-Forwarded-Prefix: /evil',
  'X-Forwarded-Client-Cert: Subject="evil"',
  'X-Real-IP: 6.6.6.6',
  'Forwarded: for=6.6.6.6',
];

test('an untrusted client says nothing about who it is, in no spelling', async () => {
  const { head } = await sent(
    `GET / HTTP/1.1\r\nHost: a\r\n${SPOOFED.join('\r\n')}\r\nX-Mine: stays\r\n\r\n`,
  );
  expect(head).not.toMatch(/6\.6\.6\.6|evil|6666|Proto: https/);
  expect(head).toContain('X-Mine: stays');
  expect(head.match(/x.forwarded.for/gi)).toHaveLength(1);
});

test('a trusted proxy does, but not by another spelling of the fields that we write', async () => {
  const { head } = await sent(`GET / HTTP/1.1\r\nHost: a\r\n${SPOOFED.join('\r\n')}\r\n\r\n`, {
    trustProxy: ['127.0.0.1'],
  });
  expect(head).toContain('X-Forwarded-For: 6.6.6.6, 127.0.0.1');
  expect(head).toContain('X-Forwarded-Port: 6666');
  expect(head).not.toMatch(/X_Forwarded/i);
});

test('Connection takes neither framing nor identity away', async () => {
  const names = 'content-length, host, authorization, cookie, x-forwarded-for, x-extra';
  const { head } = await sent(
    `POST / HTTP/1.1\r\nHost: a\r\nConnection: ${names}\r\nAuthorization: b\r\nCookie: c=d\r\nX-Extra: gone\r\nContent-Length: 2\r\n\r\nhi`,
  );
  for (const kept of [
    'host: 127',
    'Authorization: b',
    'Cookie: c=d',
    'content-length: 2',
    'X-Forwarded-For: 127',
  ])
    expect(head).toContain(kept);
  expect(head).not.toContain('gone');
});

test.each([
  ['a length', 'Content-Length: 60\r\n'],
  ['chunks', 'Transfer-Encoding: chunked\r\n'],
])(
  'an upgrade with %s is refused: the server would take the next request for its body',
  async (_name, framing) => {
    const { head, received } = await sent(
      `POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${framing}\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(head).toBe('');
  },
);

test('no tunnel for HTTP/2: it would pass every rule', async () => {
  const upgrade = (protocols: string) =>
    sent(
      `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocols}\r\nHTTP2-Settings: AAMAAABkAAQ\r\n\r\n`,
    );
  const { head, received } = await upgrade('h2c');
  expect(received).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
  expect(head).not.toMatch(/upgrade|settings|h2c/i);
  expect((await upgrade('h2c, websocket, H2C')).head).toMatch(/^Upgrade: websocket$/im);
});

test('trailers do not become what only a head may say', async () => {
  let request: IncomingMessage | undefined;
  const upstream = await world.upstream((req, res) => {
    request = req;
    req.resume();
    req.on('end', () => res.end('ok'));
  });
  const { port } = await world.front([upstream.port]);
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send(
    'POST / HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n' +
      'X-Sum: 9\r\nHost: evil\r\nX-Forwarded-For: 6.6.6.6\r\nAuthorization: evil\r\n\r\n',
  );
  expect(await client.until(() => client.received.includes('ok') || client.closed, 10_000)).toBe(true);
  expect(request?.rawTrailers ?? []).toEqual(['X-Sum', '9']);
});
