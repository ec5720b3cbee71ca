import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoppingName } from './stopping.js';
import { STOPPING } from './stopping.js';

// One server, stopped by SIGTERM in the way that the argument names.
const server = createServer((req, res) => {
  req.resume().on('end', () => res.end('answered'));
});
STOPPING[process.argv[2] as StoppingName](server);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });
