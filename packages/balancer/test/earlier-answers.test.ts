import { expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import { RawClient } from '../src/testing/index.js';
import { openSockets } from './support/open-sockets.js';
import { testWorld } from './support/world.js';

const world = testWorld();
const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const UPGRADE = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n`;
const CONNECT = 'CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n';

/** A server that answers `/a/1` and so on when told, and agrees to every upgrade. */
async function rig(limits: { maxConnections?: number } = {}) {
  const open = new Map<string, () => void>();
  const server = await world.upstream((req, res) => void open.set(req.url!, () => res.end(`at ${req.url}`)));
  server.on('upgrade', (_req, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\ntunnel');
  });
  const url = `http://127.0.0.1:${server.port}`;
  const front = await world.front([{ id: 'a', url, ...limits }], { mount: '/a' });
  const finish = async (path: string) => (await waitFor(() => open.get(path)))();
  return { ...front, server, finish };
}

test.each([
  ['an upgrade', UPGRADE('/a/3'), /HTTP\/1\.1 101 [^]*tunnel$/],
  ['an upgrade elsewhere', UPGRADE('/b'), /HTTP\/1\.1 404 [^]*"Not Found"\}$/],
  ['CONNECT', CONNECT, /HTTP\/1\.1 405 [^]*"Method Not Allowed"\}$/],
])('%s behind requests that are not answered yet is answered behind them', async (_name, last, expected) => {
  const { port, finish } = await rig();
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send(GET('/a/1') + GET('/a/2') + last);
  await finish('/2');
  await finish('/1');
  expect(await client.until(() => expected.test(client.received))).toBe(true);
  expect(client.received).toMatch(/^HTTP\/1\.1 200 [^]*at \/1HTTP\/1\.1 200 [^]*at \/2HTTP\/1\.1 [14]/);
});

test('behind a large answer to a client that reads late too', async () => {
  const size = 30_000_000;
  const server = await world.upstream((_req, res) => res.end(Buffer.alloc(size, 'x')));
  server.on('upgrade', (_req, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\ntunnel');
  });
  const { port } = await world.front([server.port]);
  const client = connect(port, '127.0.0.1');
  world.defer(() => client.destroy());
  let bytes = 0;
  let tail = '';
  client.pause();
  client.write(GET('/') + UPGRADE('/'));
  // Until the balancer's side is full.
  await waitFor(() => openSockets((side) => side.localPort === port)[0]?.writableNeedDrain === true);
  client.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    tail = (tail + chunk.toString('latin1')).slice(-200);
  });
  client.resume();
  await waitFor(() => tail.endsWith('tunnel'), { timeout: 60_000 });
  expect(bytes).toBeGreaterThan(size);
});

test.each([
  ['an upgrade', UPGRADE('/a/9')],
  ['CONNECT', CONNECT],
  ['nothing', ''],
])(
  'a client that leaves before %s ends all of its requests at once, also those whose turn had not come',
  async (_name, last) => {
    const { port, server, balancer } = await rig({ maxConnections: 3 });
    const client = connect(port, '127.0.0.1');
    client.on('error', () => {});
    const POST = 'POST /a/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody';
    // Three with a slot, whose bodies have been read, and two that wait for one.
    client.write(GET('/a/1') + POST + GET('/a/3') + GET('/a/4') + GET('/a/5') + last);
    await waitFor(() => server.requests === 3 && balancer.getStats().queued === 2);
    client.destroy();
    await waitFor(() => balancer.getStats().activeConnections === 0 && balancer.getStats().queued === 0);
    await waitFor(() => openSockets((side) => side.remotePort === server.port).length === 0);
    expect(balancer.getStats().clientAborts).toBe(3);
    expect(server.requests).toBe(3);
  },
);

test.each(['end', 'reset'])('a client that leaves meanwhile (%s) leaves nothing behind', async (how) => {
  const { port, server, balancer } = await rig();
  const client = connect(port, '127.0.0.1');
  client.on('error', () => {});
  client.write(GET('/a/1') + UPGRADE('/a/2'));
  await waitFor(() => server.requests === 1);
  if (how === 'reset') client.resetAndDestroy();
  else client.destroy();
  await waitFor(() => balancer.getStats().activeConnections === 0);
  await waitFor(() => openSockets((side) => side.localPort === port).length === 0);
  expect(balancer.getStats().upgrades).toBe(0);
});
