import { getRequestListener } from '@hono/node-server';
import { toExpress } from '@spark-perf/adapters/express';
import { toFastify } from '@spark-perf/adapters/fastify';
import { toHono } from '@spark-perf/adapters/hono';
import { toHttp } from '@spark-perf/adapters/http';
import { toKoa } from '@spark-perf/adapters/koa';
import type { Middleware } from '@spark-perf/core';
import express from 'express';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';

const BODY = 'Hello, World!';

/** A host that answers /plain behind one middleware that does nothing: the host's own, or ours through the adapter. */
export type MakeHost = (adapted: boolean) => Promise<RequestListener> | RequestListener;

const ours: Middleware = (_ctx, next) => next();

export const HOSTS: Readonly<Record<'Express' | 'Koa' | 'Fastify' | 'Hono' | 'node:http', MakeHost>> = {
  Express(adapted) {
    const app = express().disable('x-powered-by').disable('etag');
    app.use(adapted ? toExpress(ours) : (_req, _res, next) => next());
    app.get('/plain', (_req, res) => void res.type('text/plain').send(BODY));
    return app;
  },
  Koa(adapted) {
    const app = new Koa();
    app.use(adapted ? toKoa(ours) : (_ctx, next) => next());
    app.use((ctx) => {
      ctx.body = BODY;
    });
    const handle = app.callback();
    return (req, res) => void handle(req, res);
  },
  async Fastify(adapted) {
    let listener!: RequestListener;
    const app: FastifyInstance = fastify({
      serverFactory: (handler) => createServer((listener = handler)),
    });
    if (adapted) await app.register(toFastify(ours));
    else app.addHook('onRequest', (_request, _reply, done) => done());
    app.get('/plain', (_request, reply) => reply.type('text/plain').send(BODY));
    await app.ready();
    return listener;
  },
  Hono(adapted) {
    const app = new Hono();
    app.use(adapted ? toHono(ours) : (_c, next) => next());
    app.get('/plain', (c) => c.text(BODY));
    const listener = getRequestListener(app.fetch);
    return (req, res) => void listener(req, res);
  },
  'node:http'(adapted) {
    const answer: RequestListener = (_req, res) => void res.setHeader('Content-Type', 'text/plain').end(BODY);
    return adapted ? toHttp(ours, answer) : answer;
  },
};
