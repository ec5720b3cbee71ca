import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import { WebSocket, WebSocketServer } from 'ws';
import { RawClient, RawUpstream } from '../../src/testing/index.js';
import { testWorld } from '../support/world.js';

const world = testWorld();

async function echoServer(options: object = {}): Promise<{ port: number; sockets: WebSocketServer }> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, maxPayload: 64 * 1_048_576, ...options });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.defer(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

async function open(url: string, options: object = {}): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), { maxPayload: 64 * 1_048_576, ...options });
  world.defer(() => socket.terminate());
  socket.on('error', () => {});
  await once(socket, 'open');
  return socket;
}

const answerTo = async (socket: WebSocket, data: string | Buffer): Promise<unknown[]> => {
  const answer = once(socket, 'message');
  socket.send(data);
  return answer;
};

test.each([false, true])(
  'text, binary, ping and 16 MiB frames, compression %s',
  async (perMessageDeflate) => {
    const server = await echoServer({ perMessageDeflate });
    const { url, balancer } = await world.front([server.port], { mount: '/ws' });
    const socket = await open(`${url}/ws/room`, { perMessageDeflate });
    const [text, isBinary] = await answerTo(socket, 'grüße');
    expect([String(text), isBinary]).toEqual(['grüße', false]);
    const large = randomBytes(16 * 1_048_576);
    const [binary, really] = await answerTo(socket, large);
    expect(really).toBe(true);
    expect(large.equals(binary as Buffer)).toBe(true);
    const pong = once(socket, 'pong');
    socket.ping('p');
    expect(String((await pong)[0])).toBe('p');
    expect(balancer.getStats()).toMatchObject({ upgrades: 1, activeConnections: 1 });
    socket.close(4_001, 'bye');
    expect((await once(socket, 'close'))[0]).toBe(4_001);
    await waitFor(() => balancer.getStats().activeConnections === 0);
  },
);

test('a message in fragments, with a ping between them', async () => {
  const server = await echoServer();
  const { url } = await world.front([server.port]);
  const socket = await open(url);
  const answer = once(socket, 'message');
  const pong = once(socket, 'pong');
  socket.send('one ', { fin: false });
  socket.ping();
  socket.send('two ', { fin: false });
  socket.send('three', { fin: true });
  expect(String((await answer)[0])).toBe('one two three');
  await pong;
});

test('close codes of the server arrive', async () => {
  const server = await echoServer();
  server.sockets.on('connection', (socket) => socket.close(1_012, 'restart'));
  const { url } = await world.front([server.port]);
  const socket = new WebSocket(url.replace('http', 'ws'));
  const [code, reason] = await once(socket, 'close');
  expect([code, String(reason)]).toEqual([1_012, 'restart']);
});

test('a drain waits for tunnels up to its deadline, then cuts them', async () => {
  const server = await echoServer();
  const { url, balancer } = await world.front([server.port]);
  const socket = await open(url);
  const closed = once(socket, 'close');
  await balancer.removeServer('s0', { drain: 30 });
  expect((await closed)[0]).toBe(1_006);
  await waitFor(() => balancer.getStats().activeConnections === 0);
});

test('a refusal of the server is relayed with its body', async () => {
  const server = await echoServer({
    verifyClient: (_info: unknown, done: (ok: boolean, code: number, text: string) => void) =>
      done(false, 401, 'no'),
  });
  const { url, balancer } = await world.front([server.port]);
  const socket = new WebSocket(url.replace('http', 'ws'));
  socket.on('error', () => {});
  const [request, answer] = (await once(socket, 'unexpected-response')) as [
    { destroy(): void },
    { statusCode: number },
  ];
  expect(answer.statusCode).toBe(401);
  request.destroy();
  await waitFor(() => balancer.getStats().activeConnections === 0);
});

test('the first bytes of either side are not lost', async () => {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nfirst');
  const { port } = await world.front([upstream.port]);
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nearly');
  expect(await client.until(() => client.received.endsWith('first'))).toBe(true);
  expect(client.received).toMatch(/^HTTP\/1\.1 101 [^]*connection: upgrade/i);
  expect(await client.until(() => upstream.requests[0]?.rest() === 'early')).toBe(true);
});

test('no server: an upgrade is refused with 503, and resets of either side are survived', async () => {
  const none = await world.front([]);
  const refused = new WebSocket(none.url.replace('http', 'ws'));
  refused.on('error', () => {});
  const [, answer] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number }];
  expect(answer.statusCode).toBe(503);
  refused.terminate();
  const server = await echoServer();
  const { url, balancer, port } = await world.front([server.port]);
  await open(url);
  for (const client of server.sockets.clients)
    (client as unknown as { _socket: { resetAndDestroy(): void } })._socket.resetAndDestroy();
  await waitFor(() => balancer.getStats().activeConnections === 0);
  const raw = connect(port, '127.0.0.1', () => {
    raw.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    raw.resetAndDestroy();
  });
  raw.on('error', () => {});
  await once(raw, 'close');
  await waitFor(() => balancer.getStats().activeConnections === 0);
});

test('upgrades elsewhere are left to those who listen for them', async () => {
  const server = await echoServer();
  const front = await world.front([server.port], { mount: '/ws' });
  const elsewhere = new RawClient(front.port);
  world.defer(() => elsewhere.destroy());
  elsewhere.send('GET /other HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  expect(await elsewhere.until(() => elsewhere.received.startsWith('HTTP/1.1 404'))).toBe(true);
  front.app.server.on('upgrade', (req, socket) => {
    if (req.url === '/other') socket.end('mine');
  });
  const mine = new RawClient(front.port);
  world.defer(() => mine.destroy());
  mine.send('GET /other HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  expect(await mine.until(() => mine.received === 'mine')).toBe(true);
});
