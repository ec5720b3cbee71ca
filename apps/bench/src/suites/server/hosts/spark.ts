import { Spark } from '@spark-perf/server';
import type { StartServer } from '../../../serve.js';
import { running } from './listen.js';
import { BODY } from './reply.js';

export const start: StartServer = async (argument) => {
  const app = new Spark();
  for (let index = 0; index < Number(argument ?? 0); index++) app.use((_ctx, next) => next());
  app.get('/plain', (ctx) => ctx.text(BODY));
  return running(await app.listen(0, '127.0.0.1'));
};
