import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../../serve.js';

/** Puts a request listener on a free port. */
export async function listen(listener: RequestListener): Promise<RunningServer> {
  return running(createServer(listener).listen(0, '127.0.0.1'));
}

/** Waits until a server listens. */
export async function running(server: Server): Promise<RunningServer> {
  if (!server.listening) await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
}
