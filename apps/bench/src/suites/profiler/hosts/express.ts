import express from 'express';
import type { RequestHandler } from 'express';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { StartServer } from '../../../serve.js';

const require = createRequire(import.meta.url);

/** Each peer as its documents advise, with the route's pattern for a label where it can. */
const PEERS: Record<string, () => RequestHandler[]> = {
  bare: () => [],
  'express-prom-bundle': () => [
    (require('express-prom-bundle') as (options: object) => RequestHandler)({
      includeMethod: true,
      includePath: true,
    }),
  ],
  'swagger-stats': () => [
    (require('swagger-stats') as { getMiddleware(options: object): RequestHandler }).getMiddleware({}),
  ],
};

export const start: StartServer = async (argument) => {
  const app = express().disable('x-powered-by').disable('etag');
  for (const middleware of PEERS[String(argument)]?.() ?? []) app.use(middleware);
  app.get('/plain', (_req, res) => {
    res.type('text/plain').send('Hello, World!');
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
};
