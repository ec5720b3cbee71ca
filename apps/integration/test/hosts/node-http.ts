import http from 'node:http';
import { Readable } from 'node:stream';
import type { Context, Middleware } from '@spark-perf/core';
import { sparkContext, toHttp } from '@spark-perf/adapters/http';
import type { StartHost } from './host.js';
import { bodyText, failure, listening, textOf } from './host.js';

type Request = http.IncomingMessage & { body?: unknown };

export const onHttp: StartHost = (middlewares, { work, parseBody, mounted } = {}) => {
  const handled: unknown[] = [];
  const handler = async (req: Request, res: http.ServerResponse): Promise<void> => {
    const json = (data: unknown): void =>
      void res.setHeader('Content-Type', 'application/json').end(JSON.stringify(data));
    const { pathname: path } = new URL(req.url ?? '/', 'http://host');
    if (path === '/hello') json({ hello: 'world' });
    else if (path.startsWith('/users/')) json({ id: path.slice(7) });
    else if (path === '/echo') res.end(await bodyText(req.body, req));
    else if (path === '/stream') Readable.from(['a', 'b', 'c']).pipe(res);
    else if (path === '/found') json({ found: sparkContext(req) !== undefined });
    else if (path === '/work') json(await work?.(sparkContext(req) as Context));
    else if (path === '/fail') await failure();
    else res.writeHead(404).end();
  };
  // A bare listener has no error handler: the outermost of ours stands for it.
  const handles: Middleware = async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      handled.push(error);
      ctx.status(418).json({ error: 'teapot' });
    }
  };
  const inner = mounted === undefined ? handler : toHttp(mounted, handler, { prefix: '/mounted' });
  const listener = toHttp([handles, ...middlewares], inner);
  const parsing = (req: Request, res: http.ServerResponse): void => {
    if (parseBody !== true || req.method !== 'POST') return listener(req, res as never);
    void textOf(req).then((text) => {
      req.body = JSON.parse(text) as unknown;
      listener(req, res as never);
    });
  };
  return listening(http.createServer(parsing), handled);
};
