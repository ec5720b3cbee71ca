import { expect, test } from '@jest/globals';
import { RawClient, RawUpstream } from '../../src/testing/index.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

async function exchange(
  answer: readonly string[],
  request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
): Promise<string> {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) => {
    const send = ([part, ...rest]: readonly string[]): void => {
      if (part === undefined) return;
      socket.write(part, 'latin1', () => setImmediate(send, rest));
    };
    send(answer);
  };
  const { port, balancer } = await world.front([upstream.port]);
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send(request);
  await client.until(() => client.closed || /\r\n\r\n(?:ok|\{.*\})$/.test(client.received), 10_000);
  expect(balancer.getStats().activeConnections).toBe(0);
  return client.received;
}

test.each([
  ['at once', ['HTTP/1.1 100 Continue\r\n\r\n' + OK]],
  ['before', ['HTTP/1.1 100 Continue\r\n\r\n', OK]],
  ['in pieces', ['HTT', 'P/1.1 1', '00 Continue\r\nServer: a\r\n\r', '\n' + OK.slice(0, 9), OK.slice(9)]],
  ['several', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n', OK]],
])('a 100 that nobody asked for is not relayed, the answer is: %s', async (_name, answer) => {
  expect(await exchange(answer)).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nok$/);
});

test('a POST whose server says 100 unasked is answered', async () => {
  const request = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody';
  const received = await exchange(['HTTP/1.1 100 Continue\r\n\r\n', OK], request);
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
});

test('102 and 103 are relayed, a 100 between them is not', async () => {
  const received = await exchange([
    'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nConnection: x\r\n\r\n',
    `HTTP/1.1 100 Continue\r\n\r\n${OK}`,
  ]);
  expect(received).toMatch(/^HTTP\/1\.1 102 [^]*HTTP\/1\.1 103 [^]*HTTP\/1\.1 200 [^]*ok$/);
  expect(received).toContain('</a>; rel=preload');
  expect(received).not.toMatch(/connection: x/i);
  expect(received).not.toContain('HTTP/1.1 100');
});

test('HTTP/1.0 clients get no interim answer', async () => {
  const received = await exchange(
    ['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', OK],
    'GET / HTTP/1.0\r\nHost: a\r\n\r\n',
  );
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
});

test('an interim answer is not the first byte: it does not end the wait for it', async () => {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) => socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
  const { url } = await world.front([upstream.port], { timeouts: { firstByte: 100 } });
  expect((await fetch(url)).status).toBe(504);
});
