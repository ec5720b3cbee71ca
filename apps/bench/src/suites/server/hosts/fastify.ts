import { fastify } from 'fastify';
import type { StartServer } from '../../../serve.js';
import { running } from './listen.js';
import { BODY, TYPE } from './reply.js';

export const start: StartServer = async (argument) => {
  const app = fastify({ keepAliveTimeout: 5_000 });
  for (let index = 0; index < Number(argument ?? 0); index++) {
    app.addHook('onRequest', (_request, _reply, done) => done());
  }
  app.get('/plain', (_request, reply) => {
    reply.header('Content-Type', TYPE).send(BODY);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return running(app.server);
};
