import { RequestProfiler } from '@spark-perf/profiler';
import { Spark } from '@spark-perf/server';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { StartServer } from '../../../serve.js';

export const start: StartServer = async (argument) => {
  const app = new Spark();
  if (argument === 'profiled') app.use(new RequestProfiler().middleware());
  if (argument === 'empty') app.use((_ctx, next) => next());
  if (argument === 'least') {
    let time = 0;
    const onClose = () => void (time += performance.now());
    app.use((ctx, next) => {
      time -= performance.now();
      ctx.res.on('close', onClose);
      return next();
    });
  }
  app.get('/plain', (ctx) => ctx.text('Hello, World!'));
  const server = await app.listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
};
