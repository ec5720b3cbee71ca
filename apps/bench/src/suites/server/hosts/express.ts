import express from 'express';
import type { StartServer } from '../../../serve.js';
import { listen } from './listen.js';
import { BODY } from './reply.js';

export const start: StartServer = (argument) => {
  // Less than its defaults: the same bytes as the others.
  const app = express().disable('x-powered-by').disable('etag');
  for (let index = 0; index < Number(argument ?? 0); index++) app.use((_req, _res, next) => next());
  app.get('/plain', (_req, res) => {
    res.type('text/plain').send(BODY);
  });
  return listen(app);
};
