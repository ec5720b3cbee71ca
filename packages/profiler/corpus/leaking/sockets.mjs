// Connections that nobody closes, each with its buffers.
import { connect, createServer } from 'node:net';
import { program, ballast } from '../program.mjs';

const sockets = [];
const server = createServer((socket) => {
  socket.unref();
  sockets.push({ socket, state: ballast(128) });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const connectOne = () =>
  new Promise((resolve, reject) => {
    const client = connect(server.address().port, '127.0.0.1', () => resolve(sockets.push({ client })));
    client.on('error', reject);
  });
await program('leaking', async () => {
  for (let i = 0; i < 4; i++) await connectOne();
});
