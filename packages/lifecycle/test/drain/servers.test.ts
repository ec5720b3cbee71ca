import { afterEach, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { Spark } from '@spark-perf/server';
import { waitFor } from '@spark-perf/test-services';
import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { ResourceManager } from '../../src/index.js';
import { get, RawClient } from './raw-client.js';

const opened: Server[] = [];
const library = (options = {}) => new ResourceManager({ signals: false, exit: false, ...options });
const portOf = (server: Server) => (server.address() as AddressInfo).port;

function serve(): Server {
  const server = createServer((_req, res) => res.end('ok'));
  opened.push(server);
  return server;
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

afterEach(() => {
  for (const server of opened.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

test('an application of @spark-perf/server is drained', async () => {
  const resources = library();
  const app = new Spark({ port: 0 });
  app.get('/', (ctx) => ctx.json({ fine: true }));
  resources.server(app, { linger: 20 });
  await app.listen(0, '127.0.0.1');
  const client = await RawClient.open(portOf(app.server), false);
  client.write(get('/'));
  await client.reads('fine');
  const { errors } = await resources.close();
  expect(errors).toBeUndefined();
  await client.isClosed();
  expect(app.server.listening).toBe(false);
});

test.each([
  ['says so', true],
  ['is only looked at', false],
])('an app whose server appears when it listens and which %s', async (_, emits) => {
  class App extends EventEmitter {
    server: Server | null = null;
    async listen(): Promise<void> {
      const server = serve();
      await listen(server);
      this.server = server;
      this.emit('listening');
    }
  }
  const resources = library();
  const app = new App();
  const target = emits
    ? app
    : {
        get server() {
          return app.server;
        },
      };
  resources.server(target, { linger: 20 });
  await expect(resources.whenReady({ timeout: 1 })).rejects.toMatchObject({ waitingFor: ['server'] });
  await app.listen();
  await resources.whenReady();
  expect(resources.getStats().servers).toMatchObject([{ listening: true }]);
  await resources.close();
  expect(app.server?.listening).toBe(false);
});

test('connections accepted before the server was registered are drained too', async () => {
  const server = serve();
  await listen(server);
  const used = await RawClient.open(portOf(server), false);
  used.write(get('/'));
  await used.reads('ok');
  const silent = await RawClient.open(portOf(server), false);
  const resources = library();
  resources.server(server, { linger: 20, timeout: 200 });
  used.write(get('/'));
  await used.reads('ok');
  await resources.close();
  await used.isClosed();
  await silent.isClosed();
});

test('a server that starts to listen while the shutdown runs is stopped again', async () => {
  const resources = library();
  const server = serve();
  resources.server(server, { linger: 20 });
  server.listen(0, '127.0.0.1');
  await resources.close();
  await waitFor(() => !server.listening);
});

test('a server registered during the shutdown is drained at once', async () => {
  const resources = library();
  const server = serve();
  await listen(server);
  resources.onShutdown(() => void resources.server(server, { linger: 20 }));
  await resources.close();
  expect(server.listening).toBe(false);
});

test('WebSockets are closed by their hook with a close frame', async () => {
  const resources = library();
  const server = serve();
  const sockets = new WebSocketServer({ server });
  resources.server(server, {
    closeUpgraded: (socket) => {
      for (const client of sockets.clients) {
        if ((client as unknown as { _socket: unknown })._socket === socket) client.close(1001, 'restarting');
      }
    },
  });
  await listen(server);
  const client = new WebSocket(`ws://127.0.0.1:${portOf(server)}`);
  await once(client, 'open');
  const closed = once(client, 'close');
  await resources.close();
  expect(await closed).toEqual([1001, Buffer.from('restarting')]);
});

test('an error of the hook is logged and stops nothing', async () => {
  const logged: unknown[] = [];
  const clock = new ManualClock();
  const logger = { info: () => {}, warn: () => {}, error: (message: string) => logged.push(message) };
  const resources = library({ logger, clock });
  const server = serve();
  server.on('upgrade', (_req, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  let first = true;
  resources.server(server, {
    closeUpgraded: () => {
      if (first) {
        first = false;
        throw new Error('no');
      }
      return Promise.reject(new Error('no'));
    },
  });
  await listen(server);
  const clients = await Promise.all([1, 2].map(() => RawClient.open(portOf(server), false)));
  for (const client of clients) {
    client.write(get('/', 'Connection: Upgrade\r\nUpgrade: x\r\n'));
    await client.reads('101');
  }
  const closing = resources.close();
  await clock.advance(10_000);
  await closing;
  expect(logged.filter((message) => message === 'closeUpgraded failed')).toHaveLength(2);
});

test('a server that is let go is not drained', async () => {
  const resources = library();
  const server = serve();
  const forget = resources.server(server);
  await listen(server);
  forget();
  await resources.close();
  expect(server.listening).toBe(true);
  expect(server.listenerCount('request')).toBe(1);
  expect(server.listenerCount('newListener')).toBe(0);
});

test('what is neither a server nor an app with one is refused', () => {
  expect(() => library().server({} as never)).toThrow(/`server` must be an http\(s\) server or an app/);
  expect(() => library().app({} as never)).toThrow(/`app` must be an application with onShutdown/);
});
