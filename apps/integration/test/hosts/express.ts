import http from 'node:http';
import { Readable } from 'node:stream';
import type { Context } from '@spark-perf/core';
import type express from 'express';
import { sparkContext, toExpress } from '@spark-perf/adapters/express';
import type { StartHost } from './host.js';
import { bodyText, failure, listening } from './host.js';

export const onExpress =
  (make: typeof express): StartHost =>
  (middlewares, { work, parseBody, mounted } = {}) => {
    const handled: unknown[] = [];
    const app = make();
    if (parseBody === true) app.use(make.json());
    for (const middleware of middlewares) app.use(toExpress(middleware));
    if (mounted !== undefined) app.use('/mounted', toExpress(mounted));
    app.get('/hello', (_req, res) => void res.json({ hello: 'world' }));
    const users = make.Router();
    users.get('/:id', (req, res) => void res.json({ id: req.params.id }));
    app.use('/users', users);
    app.post('/echo', (req, res, next) => {
      bodyText(parseBody === true ? req.body : undefined, req).then((text) => res.send(text), next);
    });
    app.get('/stream', (_req, res) => void Readable.from(['a', 'b', 'c']).pipe(res));
    app.get('/fail', (_req, _res, next) => void failure().catch(next));
    app.get('/found', (req, res) => void res.json({ found: sparkContext(req) !== undefined }));
    app.all('/work', (req, res, next) => {
      Promise.resolve(work?.(sparkContext(req) as Context)).then((made) => res.json(made), next);
    });
    app.use((error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
      handled.push(error);
      res.status(418).json({ error: 'teapot' });
    });
    return listening(http.createServer(app), handled);
  };
