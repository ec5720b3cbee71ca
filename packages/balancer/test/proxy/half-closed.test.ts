import { describe, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import { RawUpstream } from '../../src/testing/index.js';
import { openSockets } from '../support/open-sockets.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const UPGRADE = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n';
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n';

/** A client that keeps its reading half when it ends the other. */
function halfClient(port: number) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  world.defer(() => socket.destroy());
  socket.on('error', () => {});
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  return { socket, received: () => received };
}

async function upstreamThat(respond: (socket: Socket) => void) {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) => respond(socket);
  return upstream;
}

describe('a client that ends its half of the connection while it waits for an upgrade', () => {
  test.each([
    ['nothing sent ahead', ''],
    ['bytes sent ahead', 'early'],
  ])('gives up: %s', async (_name, ahead) => {
    const upstream = await upstreamThat(() => {});
    const { port, balancer } = await world.front([upstream.port], { timeouts: { firstByte: 0 } });
    const { socket } = halfClient(port);
    socket.write(UPGRADE);
    await waitFor(() => upstream.requests.length === 1);
    if (ahead !== '') socket.write(ahead);
    socket.end();
    await waitFor(() => upstream.sockets.size === 0 && socket.closed);
    expect(balancer.getStats()).toMatchObject({
      activeConnections: 0,
      clientAborts: 1,
      servers: [{ healthy: true, errors: 0 }],
    });
  });

  test('gives its place in the queue up', async () => {
    const upstream = await upstreamThat(() => {});
    const { port, balancer } = await world.front(
      [{ id: 'a', url: `http://127.0.0.1:${upstream.port}`, maxConnections: 1 }],
      { timeouts: { firstByte: 0 }, queue: { timeout: 600_000 } },
    );
    halfClient(port).socket.write(UPGRADE);
    await waitFor(() => upstream.requests.length === 1);
    const waiting = halfClient(port).socket;
    waiting.write(UPGRADE);
    await waitFor(() => balancer.getStats().queued === 1);
    waiting.end();
    await waitFor(() => balancer.getStats().queued === 0 && waiting.closed);
    expect(upstream.requests).toHaveLength(1);
  });

  test('still gets the rest of an answer that is no upgrade', async () => {
    let finish = () => {};
    const upstream = await upstreamThat((socket) => {
      socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nhal');
      finish = () => void socket.write('ves');
    });
    const { port, balancer } = await world.front([upstream.port]);
    const { socket, received } = halfClient(port);
    socket.write(UPGRADE);
    await waitFor(() => received().endsWith('hal'));
    socket.end();
    await waitFor(() => openSockets((side) => side.localPort === port)[0]?.readableEnded === true);
    finish();
    await waitFor(() => socket.readableEnded);
    expect(received()).toMatch(/^HTTP\/1\.1 403 [^]*\r\n\r\nhalves$/);
    await waitFor(() => balancer.getStats().activeConnections === 0);
    expect(balancer.getStats().clientAborts).toBe(0);
  });
});

test.each([
  ['a few', 6],
  ['more than is kept', 300_000],
])('bytes that a client sends ahead of the 101 arrive whole and in order: %s', async (_name, size) => {
  let agree = () => {};
  const got: Buffer[] = [];
  const upstream = await upstreamThat((socket) => {
    agree = () => {
      socket.on('data', (chunk: Buffer) => got.push(chunk));
      socket.write(SWITCHED);
    };
  });
  const { port } = await world.front([upstream.port]);
  const { socket, received } = halfClient(port);
  const ahead = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
  // Some of them in the packet of the request, the rest behind it.
  socket.write(Buffer.concat([Buffer.from(UPGRADE), ahead.subarray(0, 3)]));
  await waitFor(() => upstream.requests.length === 1);
  for (let at = 3; at < size; at += 1_000) socket.write(ahead.subarray(at, at + 1_000));
  await waitFor(() => size < 10_000 || socket.bytesWritten > 100_000);
  agree();
  await waitFor(() => received().startsWith('HTTP/1.1 101 '));
  socket.write('end');
  await waitFor(() => Buffer.concat(got).length === size + 3);
  expect(Buffer.concat(got).equals(Buffer.concat([ahead, Buffer.from('end')]))).toBe(true);
});

test('in a tunnel the end of one half is passed on, and the other half goes on', async () => {
  const upstream = await upstreamThat((socket) => {
    socket.on('end', () => socket.end('the rest'));
    socket.write(SWITCHED);
  });
  const { port, balancer } = await world.front([upstream.port]);
  const { socket, received } = halfClient(port);
  socket.write(UPGRADE);
  await waitFor(() => received().startsWith('HTTP/1.1 101 '));
  socket.end('last');
  await waitFor(() => socket.readableEnded);
  expect(received()).toMatch(/\r\n\r\nthe rest$/);
  await waitFor(() => balancer.getStats().activeConnections === 0);
});

describe('a client that ends its half behind an ordinary request', () => {
  test('gets its answer where the server of the application leaves it the other half', async () => {
    let finish = () => {};
    const server = await world.upstream((_req, res) => (finish = () => res.end('answer')));
    const { port, app, balancer } = await world.front([server.port]);
    (app.server as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = true;
    const { socket, received } = halfClient(port);
    socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitFor(
      () =>
        server.requests === 1 && openSockets((side) => side.localPort === port)[0]?.readableEnded === true,
    );
    finish();
    await waitFor(() => socket.readableEnded);
    expect(received()).toMatch(/^HTTP\/1\.1 200 [^]*answer$/);
    expect(balancer.getStats()).toMatchObject({ activeConnections: 0, clientAborts: 0 });
  });

  test('has left where it does not, which is what Node does unless told', async () => {
    const upstream = await upstreamThat(() => {});
    const { port, balancer } = await world.front([upstream.port], { timeouts: { firstByte: 0 } });
    const { socket } = halfClient(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitFor(() => upstream.requests.length === 1);
    socket.end();
    await waitFor(() => upstream.sockets.size === 0);
    expect(balancer.getStats()).toMatchObject({ activeConnections: 0, clientAborts: 1 });
  });
});
