import { Idempotency } from '@node-idempotency/core';
import { MemoryStorageAdapter } from '@node-idempotency/storage-adapter-memory';
import express from 'express';
import type { RequestHandler } from 'express';
import { idempotency } from 'express-idempotency';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../../serve.js';
import { PAYLOAD, uniqueKey } from './unique-key.js';

/** `plain`: without a peer; else the peer's name. */
export async function start(argument: unknown): Promise<RunningServer> {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((req, _res, next) => {
    uniqueKey(req);
    next();
  });
  app.use(express.json());
  if (argument === 'node-idempotency') app.use(await nodeIdempotency());
  if (argument === 'express-idempotency') app.use(idempotency());
  app.post('/', (_req, res) => {
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.send(PAYLOAD);
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port };
}

/** What its own Express shell does (`send` is hooked), which the registry does not have. */
async function nodeIdempotency(): Promise<RequestHandler> {
  const storage = new MemoryStorageAdapter();
  await (storage as unknown as { connect?: () => Promise<void> }).connect?.();
  const engine = new Idempotency(storage);
  return (req, res, next) => {
    const params = {
      headers: { ...req.headers, 'Idempotency-Key': req.headers['idempotency-key'] },
      path: req.path,
      body: req.body as Record<string, unknown>,
      method: req.method,
    };
    engine.onRequest(params).then((hit) => {
      if (hit !== undefined) return void res.send(hit.body);
      const send = res.send.bind(res);
      res.send = (body: unknown) => {
        void engine.onResponse(params, { body, additional: { statusCode: res.statusCode } });
        return send(body);
      };
      next();
    }, next);
  };
}
