import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { waitFor } from '@spark-perf/test-services';
import type { ServerOptions } from '../../src/index.js';
import { RawClient } from '../../src/testing/index.js';
import { WebSocket, WebSocketServer } from 'ws';
import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pem, startTlsUpstream } from '../support/tls-upstream.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const TRUSTED = { ca: pem('ca'), servername: 'api.internal' };

async function upstream(listener: RequestListener = (req, res) => void req.pipe(res)) {
  const started = await startTlsUpstream(listener);
  world.defer(() => started.close());
  return started;
}

const at = (port: number, tls?: ServerOptions['tls'], id = 'a'): ServerOptions => ({
  id,
  url: `https://127.0.0.1:${port}`,
  tls,
});

test('a server with its own authority: requests, HEAD, large bodies, both ways', async () => {
  const server = await upstream();
  const { url } = await world.front([at(server.port, TRUSTED)]);
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
  const body = randomBytes(3_000_000);
  const answer = await fetch(url, { method: 'POST', body });
  expect(body.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
  expect(new Set(server.names)).toEqual(new Set(['api.internal']));
});

test('the name in the handshake is never the client’s, and a change of `Host` needs no new connection', async () => {
  const server = await upstream((req, res) => res.end(req.headers.host));
  const { port } = await world.front([at(server.port, TRUSTED)], { preserveHost: true });
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  for (const host of ['one.example', 'two.example', 'one.example']) {
    const before = client.received.length;
    client.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(await client.until(() => client.received.slice(before).endsWith(host), 10_000)).toBe(true);
  }
  expect(server.names).toEqual(['api.internal']);
});

test('an address is asked for by no name', async () => {
  const server = await upstream();
  const { url } = await world.front([at(server.port, { rejectUnauthorized: false })], { preserveHost: true });
  expect((await fetch(url)).status).toBe(200);
  expect(server.names).toEqual([undefined]);
});

test('sessions are resumed by further connections', async () => {
  const open: (() => void)[] = [];
  const server = await upstream((_req, res) => void open.push(() => res.end()));
  const { url } = await world.front([at(server.port, TRUSTED)]);
  const first = fetch(url);
  await waitFor(() => open.length === 1);
  const second = fetch(url);
  await waitFor(() => open.length === 2);
  expect(server.resumed()).toBe(1);
  for (const end of open) end();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
});

test.each<[string, ServerOptions['tls']]>([
  ['of an unknown authority', { servername: 'api.internal' }],
  ['for another name', { ca: pem('ca'), servername: 'other.internal' }],
  ['for no address', { ca: pem('ca') }],
])(
  'a certificate %s is refused: 502, elsewhere if there is another server, and not healthy',
  async (_name, tls) => {
    let requests = 0;
    const server = await upstream((_req, res) => {
      requests++;
      res.end();
    });
    const alone = await world.front([at(server.port, tls)]);
    for (const init of [{}, { method: 'POST', body: 'x' }, { method: 'HEAD' }]) {
      const answer = await fetch(alone.url, init);
      expect(answer.status).toBe(502);
      expect(await answer.text()).not.toMatch(/certificate|altname|internal/i);
    }
    const other = await world.upstream((_req, res) => res.end('other'));
    const two = await world.front([at(server.port, tls), { id: 'b', url: `http://127.0.0.1:${other.port}` }]);
    for (const init of [{}, { method: 'POST', body: 'x' }, { method: 'POST', body: 'x' }])
      expect(await (await fetch(two.url, init)).text()).toBe('other');
    const checked = await world.front([at(server.port, tls)], { health: { path: '/' } });
    await checked.balancer.checkHealth();
    expect(checked.balancer.getStats().servers[0]).toMatchObject({ state: 'ejected' });
    expect(requests).toBe(0);
  },
);

test('five refused handshakes in a row eject', async () => {
  const server = await upstream();
  const other = await world.upstream((_req, res) => res.end('other'));
  const { url, balancer } = await world.front([
    at(server.port),
    { id: 'b', url: `http://127.0.0.1:${other.port}` },
  ]);
  for (let i = 0; i < 12; i++) expect((await fetch(url)).status).toBe(200);
  expect(balancer.getStats().servers[0]).toMatchObject({ state: 'ejected', requests: 5 });
});

test('checks use the same trust and name', async () => {
  const server = await upstream((_req, res) => res.end());
  const { balancer } = await world.front([at(server.port, TRUSTED)], { health: {} });
  await balancer.checkHealth();
  expect(balancer.getStats().servers[0]).toMatchObject({ healthy: true });
  expect(server.names).toEqual(['api.internal']);
});

test('WebSockets over TLS', async () => {
  const server = createServer({ cert: pem('cert'), key: pem('key') });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.defer(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  const { url } = await world.front([at((server.address() as AddressInfo).port, TRUSTED)]);
  const socket = new WebSocket(url.replace('http', 'ws'));
  world.defer(() => socket.terminate());
  await once(socket, 'open');
  socket.send('hello');
  expect(String((await once(socket, 'message'))[0])).toBe('hello');
});
