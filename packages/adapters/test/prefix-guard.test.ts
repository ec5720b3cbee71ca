import { afterEach, expect, test } from '@jest/globals';
import http from 'node:http';
import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import Router from '@koa/router';
import type { Middleware } from '@spark-perf/core';
import { answer } from '@spark-perf/core';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { toFastify } from '../src/fastify.js';
import { toHono } from '../src/hono.js';
import { toHttp } from '../src/http.js';
import { toKoa } from '../src/koa.js';
import type { Listening } from './listen.js';
import { listen } from './listen.js';

const refuse: Middleware = (ctx) => void answer(ctx, 403, 'text/plain', 'refused');
const prefix = '/admin';

const hosts: Record<string, () => Promise<RequestListener>> = {
  fastify: async () => {
    let listener: RequestListener | undefined;
    const app = fastify({
      routerOptions: {
        caseSensitive: false,
        ignoreDuplicateSlashes: true,
        useSemicolonDelimiter: true,
      } as object,
      serverFactory: (handler) => http.createServer((listener = handler as RequestListener)),
    });
    await app.register(toFastify(refuse, { prefix }));
    app.get('/admin/secret', async () => 'secret');
    await app.ready();
    return listener!;
  },
  hono: async () => {
    const app = new Hono();
    app.use(toHono(refuse, { prefix }));
    app.get('/admin/secret', (c) => c.text('secret'));
    return getRequestListener(app.fetch) as RequestListener;
  },
  koa: async () => {
    const app = new Koa();
    app.use(toKoa(refuse, { prefix }));
    app.use(new Router().get('/admin/secret', (ctx) => void (ctx.body = 'secret')).routes());
    const handle = app.callback();
    return (req, res) => void handle(req, res);
  },
  'http, routed by URL': async () =>
    toHttp(
      refuse,
      (req, res) => {
        const { pathname } = new URL(`http://host${req.url ?? '/'}`);
        res.end(decodeURI(pathname) === '/admin/secret' ? 'secret' : 'other');
      },
      { prefix },
    ),
  'http, routed by the raw target': async () =>
    toHttp(
      refuse,
      (req, res) => {
        res.end(req.url?.split('?')[0] === '/admin/secret' ? 'secret' : 'other');
      },
      { prefix },
    ),
};

const SPELLINGS = [
  '/admin/secret',
  '/admin/secret?x',
  '/admin/secret#x',
  '/admin/secret;x',
  '/%61dmin/secret',
  '/%61%64min/secret',
  '/x/../admin/secret',
  '/x/%2e%2e/admin/secret',
  '/./admin/secret',
  '//admin/secret',
  '/ADMIN/secret',
  '/admin%2fsecret',
  '/admin/%2e/secret',
];

/** The body of a GET of exactly this target, which `fetch` would write anew. */
function rawGet(url: string, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = http.get({ hostname, port, path: target, agent: false }, (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (text: string) => (body += text))
        .on('end', () => resolve(body));
    });
    request.on('error', reject);
  });
}

let server: Listening | undefined;
afterEach(() => server?.close());

test.each(Object.keys(hosts))('%s: no spelling of a path walks around a guard', async (host) => {
  server = await listen(await hosts[host]!());
  expect(await rawGet(server.url, '/admin/secret')).toBe('refused');
  const around: string[] = [];
  for (const spelling of SPELLINGS) {
    if ((await rawGet(server.url, spelling)) === 'secret') around.push(spelling);
  }
  expect(around).toEqual([]);
});
