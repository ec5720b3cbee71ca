import Router from '@koa/router';
import Koa from 'koa';
import type { StartServer } from '../../../serve.js';
import { listen } from './listen.js';
import { BODY } from './reply.js';

export const start: StartServer = (argument) => {
  const app = new Koa();
  for (let index = 0; index < Number(argument ?? 0); index++) app.use((_ctx, next) => next());
  app.use(
    new Router()
      .get('/plain', (ctx) => {
        ctx.body = BODY;
      })
      .routes(),
  );
  const handle = app.callback();
  return listen((req, res) => void handle(req, res));
};
