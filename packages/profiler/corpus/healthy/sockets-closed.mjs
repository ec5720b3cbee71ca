// Connections that are closed.
import { connect, createServer } from 'node:net';
import { program } from '../program.mjs';

const server = createServer((socket) => socket.end('bye'));
server.unref();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const connectOne = () =>
  new Promise((resolve, reject) => {
    const client = connect(server.address().port, '127.0.0.1');
    client.on('error', reject).on('close', resolve).resume();
  });
await program('healthy', async () => {
  for (let i = 0; i < 4; i++) await connectOne();
});
