import { ResourceManager } from '@spark-perf/lifecycle';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';

// Everything that can hold a process up: a WebSocket, half a head, an unused connection, a slow reader, a request that
// never ends and a cleanup that hangs. Gone by the deadline all the same?
const DEADLINE = 1_000;
const resources = new ResourceManager({ shutdownTimeout: DEADLINE, cleanupTimeout: 10_000 });
const server = createServer((req, res) => {
  if (req.url === '/slow') res.write('y'.repeat(50_000_000));
});
server.on('upgrade', (_req, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
resources.server(server, { timeout: 500 });
resources.register('hung', {}, () => new Promise(() => {}));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const head = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const texts = [
  head('/slow'),
  head('/hang'),
  head('/', 'Connection: Upgrade\r\nUpgrade: x\r\n'),
  'GET / HT',
  '',
];
for (const text of texts) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {}).pause();
  if (text !== '') socket.write(text);
}
setTimeout(() => {
  const begin = performance.now();
  process.on('exit', () => process.send?.({ over: performance.now() - begin - DEADLINE }));
  process.kill(process.pid, 'SIGTERM');
}, 200);
