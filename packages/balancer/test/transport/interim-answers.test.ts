import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
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

test('of the fields of a 103 the client gets what is not for the connection', async () => {
  const received = await exchange([
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX-More: 1\r\nX-Hop: 2\r\nConnection: x-hop\r\nContent-Length: 9\r\n\r\n',
    OK,
  ]);
  const hints = received.slice(0, received.indexOf('\r\n\r\n'));
  expect(hints).toMatch(/^HTTP\/1\.1 103 /);
  expect(hints).toContain('X-More: 1');
  expect(hints).not.toMatch(/x-hop|connection|content-length/i);
});

test('a 103 whose field is folded could start a line of its own: it is not relayed', async () => {
  const received = await exchange([
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX-A: b\r\n Evil: 1\r\n\r\n',
    OK,
  ]);
  expect(received).toMatch(/^HTTP\/1\.1 (?:200|502) /);
  expect(received).not.toContain('Evil');
});

test('a client that waits for a 100 gets one, however many come', async () => {
  const received = await exchange(
    ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n', OK],
    'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
  );
  expect(received.match(/HTTP\/1\.1 100/g)).toHaveLength(1);
  expect(received).toMatch(/HTTP\/1\.1 200 [^]*ok$/);
});

const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';

describe('the wait for the head of the final answer', () => {
  /** A request to a server that repeats `interim` every third of `firstByte`, and what became of it. */
  async function waiting(method: string, interim: string, times: number) {
    const clock = new ManualClock();
    const upstream = await RawUpstream.start();
    world.defer(() => upstream.close());
    const { port, balancer } = await world.front([upstream.port], { clock, timeouts: { firstByte: 30_000 } });
    upstream.respond = () => {};
    const client = new RawClient(port);
    world.defer(() => client.destroy());
    client.send(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    await waitFor(() => upstream.requests.length === 1);
    const { socket } = upstream.requests[0]!;
    for (let i = 1; i <= times && !client.received.includes(' 504 '); i++) {
      socket.write(interim);
      await waitFor(() => client.received.split(interim.slice(0, 12)).length > i);
      await clock.advance(10_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(method === 'HEAD' ? OK.slice(0, -2) : OK);
    await client.until(() => / (?:200|502|504) [^]*\r\n\r\n/.test(client.received), 10_000);
    return { received: client.received, stats: balancer.getStats() };
  }

  test.each(['GET', 'HEAD'])('begins anew with a 102, which says that work goes on: %s', async (method) => {
    const { received, stats } = await waiting(method, PROCESSING, 9);
    expect(received).toMatch(/HTTP\/1\.1 200 /);
    expect(stats).toMatchObject({ failed: { timeout: 0 }, activeConnections: 0 });
  });

  test.each(['GET', 'HEAD'])('does not with a 103, which promises nothing: %s', async (method) => {
    const { received, stats } = await waiting(method, HINTS, 9);
    expect(received).toMatch(/HTTP\/1\.1 504 /);
    expect(stats).toMatchObject({ failed: { timeout: 1 }, activeConnections: 0 });
  });

  test.each([
    ['102', 'GET', PROCESSING],
    ['102', 'HEAD', PROCESSING],
    ['103', 'GET', `HTTP/1.1 103 Early Hints\r\nLink: </${'a'.repeat(10_000)}>\r\n\r\n`],
  ])('ends with 64 KiB of interim answers: %s, %s', async (_status, method, interim) => {
    let sent = 0;
    const upstream = await RawUpstream.start();
    world.defer(() => upstream.close());
    upstream.respond = ({ socket }) => {
      const more = (): void => {
        if (socket.destroyed || sent > 10_000_000) return;
        sent += interim.length;
        socket.write(interim, 'latin1', () => setImmediate(more));
      };
      more();
    };
    const { port, balancer } = await world.front([upstream.port], { timeouts: { firstByte: 0 } });
    const client = new RawClient(port);
    world.defer(() => client.destroy());
    client.send(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(await client.until(() => client.received.includes('HTTP/1.1 502 '), 20_000)).toBe(true);
    expect(client.received.length).toBeLessThan(70_000);
    await waitFor(() => upstream.sockets.size === 0);
    expect(balancer.getStats()).toMatchObject({ failed: { protocol: 1 }, activeConnections: 0 });
  });
});
