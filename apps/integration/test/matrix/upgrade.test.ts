import { afterAll, beforeAll, expect, test } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { LoadBalancer } from '@spark-perf/balancer';
import type { Middleware } from '@spark-perf/core';
import { RequestProfiler } from '@spark-perf/profiler';
import { waitFor } from '@spark-perf/test-services';
import { onEveryHost } from '../on-every-host.js';

/** Switches the protocol, and sends back whatever comes, behind a name. */
const echo =
  (name: string) =>
  (req: http.IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => {});
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
    socket.write(`${name} ${req.url ?? ''} `);
    if (head.length > 0) socket.write(head);
    socket.on('data', (chunk: Buffer) => socket.write(chunk));
    socket.on('end', () => socket.end());
  };

let upstream: http.Server;
beforeAll(async () => {
  upstream = http.createServer().on('upgrade', echo('upstream'));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => upstream.close(resolve)));

/** Asks for an upgrade and talks; resolves to all that came when the last word is back. */
async function talk(port: number, path: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1').setEncoding('latin1');
  let received = '';
  socket.on('data', (chunk: string) => (received += chunk));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await waitFor(() => received.includes(path.replace('/proxied', '')));
  socket.write('first ');
  await waitFor(() => received.endsWith('first '));
  socket.write('last');
  await waitFor(() => received.endsWith('first last'));
  socket.destroy();
  return received;
}

onEveryHost((start) => {
  test('upgrades go by the middlewares, to the listener of the host and to the balancer', async () => {
    let seen = 0;
    const count: Middleware = (_ctx, next) => (seen++, next());
    await using profiler = new RequestProfiler();
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    await using balancer = new LoadBalancer({ health: false }).addServer({ id: 'a', url });
    const host = await start([profiler.middleware(), count]);
    const own = echo('own');
    host.server.on('upgrade', (req, socket, head) => {
      if (req.url?.startsWith('/own') === true) own(req, socket, head);
    });
    balancer.upgrade(host.server, { path: '/proxied' });
    expect(await talk(host.port, '/own/socket')).toMatch(/^HTTP\/1\.1 101 [^]*own \/own\/socket first last$/);
    const relayed = await talk(host.port, '/proxied/socket');
    expect(relayed).toMatch(/^HTTP\/1\.1 101 [^]*upstream \/socket first last$/);
    expect(seen).toBe(0);
    expect(await (await host.fetch('/hello')).json()).toEqual({ hello: 'world' });
    expect(seen).toBe(1);
    await waitFor(() => profiler.getTotals().count === 1);
    expect(profiler.getTotals()).toMatchObject({ count: 1, inFlight: 0, longLived: 0, aborted: 0 });
    expect(host.handled).toEqual([]);
  });
});
