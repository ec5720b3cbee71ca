import replyFrom from '@fastify/reply-from';
import { fastify } from 'fastify';
import type { StartServer } from '../../../serve.js';
import { running } from '../../server/hosts/listen.js';

/** On undici, its default. */
export const start: StartServer = async (upstream) => {
  const app = fastify({ keepAliveTimeout: 5_000 });
  await app.register(replyFrom, {
    base: `http://127.0.0.1:${Number(upstream)}`,
    undici: { connections: 256, pipelining: 1 },
  });
  // Bodies pass as streams.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.all('/*', (_request, reply) => reply.from());
  await app.listen({ port: 0, host: '127.0.0.1' });
  return running(app.server);
};
