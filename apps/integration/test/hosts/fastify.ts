import { Readable } from 'node:stream';
import type { Context } from '@spark-perf/core';
import fastify from 'fastify';
import { sparkContext, toFastify } from '@spark-perf/adapters/fastify';
import type { StartHost } from './host.js';
import { failure, listening } from './host.js';

export const onFastify: StartHost = async (middlewares, { work, mounted } = {}) => {
  const handled: unknown[] = [];
  const app = fastify();
  for (const middleware of middlewares) await app.register(toFastify(middleware));
  if (mounted !== undefined) await app.register(toFastify(mounted, { prefix: '/mounted' }));
  app.setErrorHandler(async (error, _request, reply) => {
    handled.push(error);
    return reply.code(418).send({ error: 'teapot' });
  });
  app.get('/hello', async () => ({ hello: 'world' }));
  await app.register(
    async (users) => {
      users.get('/:id', async (request) => ({ id: (request.params as { id: string }).id }));
    },
    { prefix: '/users' },
  );
  app.post('/echo', async (request, reply) => {
    const { body } = request;
    return reply.type('text/plain').send(typeof body === 'string' ? body : JSON.stringify(body));
  });
  app.get('/stream', (_request, reply) => reply.send(Readable.from(['a', 'b', 'c'])));
  app.get('/fail', failure);
  app.get('/found', async (request) => ({ found: sparkContext(request) !== undefined }));
  app.route({
    method: ['GET', 'POST'],
    url: '/work',
    handler: async (request) => work?.(sparkContext(request) as Context),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return listening(app.server, handled);
};
