import { expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { waitFor } from '@spark-perf/test-services';
import { LoadBalancer } from '../../src/index.js';
import { deafClient } from '../support/deaf-client.js';
import { fakeHost } from '../support/fake-host.js';
import { openSockets } from '../support/open-sockets.js';
import { startTlsUpstream } from '../support/tls-upstream.js';
import { untilStill } from '../support/until-still.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const GIB = 1_073_741_824;
const KIB_64 = 65_536;

/** Writes up to 1 GiB in `sizes` of chunks, as fast as it is taken; tells how much that was. */
function flood(out: Duplex | ServerResponse, sizes: readonly number[]): () => number {
  let written = 0;
  let turn = 0;
  const write = (): void => {
    for (let more = true; more && !out.destroyed && written < GIB;) {
      const size = sizes[turn++ % sizes.length]!;
      written += size;
      more = out.write(Buffer.alloc(size));
    }
  };
  out.on('drain', write);
  out.on('error', () => {});
  write();
  return () => written;
}

type Parsing = Socket & { readonly _httpMessage?: { readonly res?: IncomingMessage } };

/** What is held of a body on its way from the server on `upstream` to the client of `front`. */
function held(front: number, upstream: number): number {
  const toClient = openSockets((socket) => socket.localPort === front);
  const fromServer = openSockets((socket) => socket.remotePort === upstream) as Parsing[];
  expect([toClient.length, fromServer.length]).toEqual([1, 1]);
  const unread = fromServer[0]!._httpMessage?.res?.readableLength ?? 0;
  return toClient[0]!.writableLength + fromServer[0]!.readableLength + unread;
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const REQUESTS: [string, string][] = [
  ['GET', GET],
  ['POST with Expect', 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi'],
  [
    'POST with trailers',
    'POST / HTTP/1.1\r\nHost: a\r\nTrailer: X-A\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: 1\r\n\r\n',
  ],
];
const SHAPES: [string, number[]][] = [
  ['large chunks', [KIB_64]],
  ['small chunks', [1_000]],
  ['chunks of all sizes', [10_000, 60_000, 300, 16_000, 100_000]],
];

test.each(
  REQUESTS.flatMap(([name, text]) => SHAPES.map(([shape, sizes]) => [name, shape, text, sizes] as const)),
)(
  'a client that does not read holds the server back, and at most 64 KiB of the body: %s, %s',
  async (_name, _shape, text, sizes) => {
    let written = () => 0;
    const server = await world.upstream((req, res) => {
      req.resume();
      req.on('end', () => (written = flood(res, sizes)));
    });
    const { port } = await world.front([server.port]);
    deafClient(world, port, text);
    await untilStill(() => written());
    // What the kernels of three connections hold, and no more.
    expect(written()).toBeLessThan(64 * 1_048_576);
    // Sizes of chunks and the head come on top of the body.
    expect(held(port, server.port)).toBeLessThanOrEqual(KIB_64 + 2_048);
  },
);

test('so it does where streams are allowed more, as in later versions of Node', async () => {
  let written = () => 0;
  const server = await world.upstream((_req, res) => (written = flood(res, [10_000, 60_000])));
  const balancer = new LoadBalancer({ health: false }).addServer({
    id: 'a',
    url: `http://127.0.0.1:${server.port}`,
  });
  const front = createServer({ highWaterMark: KIB_64 }, fakeHost(balancer.middleware()));
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  world.defer(async () => {
    front.closeAllConnections();
    front.close();
    await balancer.close({ drain: 0 });
  });
  const { port } = front.address() as AddressInfo;
  const client = deafClient(world, port, GET);
  await untilStill(() => written());
  expect(held(port, server.port)).toBeLessThanOrEqual(KIB_64 + 2_048);
  // And goes on when the client does.
  const before = written();
  client.resume();
  await waitFor(() => written() > before + 8 * 1_048_576);
});

test.each(SHAPES)('so it does with a server that speaks TLS: %s', async (_shape, sizes) => {
  let written = () => 0;
  const server = await startTlsUpstream((_req, res) => (written = flood(res, sizes)));
  world.defer(() => server.close());
  const { port } = await world.front([
    { id: 'a', url: `https://127.0.0.1:${server.port}`, tls: { rejectUnauthorized: false } },
  ]);
  deafClient(world, port, GET);
  await untilStill(() => written());
  expect(held(port, server.port)).toBeLessThanOrEqual(KIB_64 + 2_048);
});

test('so it does in a tunnel', async () => {
  let written = () => 0;
  const server = await world.upstream(() => {});
  server.on('upgrade', (_req, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n');
    written = flood(socket, [KIB_64]);
  });
  const { port } = await world.front([server.port]);
  deafClient(world, port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n');
  await untilStill(() => written());
  expect(written()).toBeLessThan(64 * 1_048_576);
  expect(held(port, server.port)).toBeLessThanOrEqual(KIB_64 + 2_048);
});

test('a server that does not read holds the client back', async () => {
  const server = await world.upstream(() => {});
  const { port } = await world.front([server.port]);
  const client = deafClient(world, port, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  let sent = 0;
  const write = (): void => {
    for (let more = true; more && !client.destroyed && sent < GIB;) {
      sent += KIB_64;
      more = client.write(
        Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(KIB_64), Buffer.from('\r\n')]),
      );
    }
  };
  client.on('drain', write);
  write();
  await untilStill(() => sent);
  expect(server.requests).toBe(1);
  expect(sent).toBeLessThan(64 * 1_048_576);
});
