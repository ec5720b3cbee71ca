import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { onResponseClose } from '@spark-perf/core';
import { waitFor } from '@spark-perf/test-services';
import express from 'express';
import express4 from 'express-4';
import { toExpress } from '../../src/express.js';
import type { Listening } from '../listen.js';
import { listen } from '../listen.js';

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('routes on %s', (_name, make) => {
  let server: Listening;
  let routes: (string | undefined)[];
  beforeEach(async () => {
    routes = [];
    const app = make();
    app.use(
      toExpress((ctx, next) => {
        onResponseClose(ctx.res, () => routes.push(ctx.route));
        return next();
      }),
    );
    const answer: express.RequestHandler = (_req, res) => void res.send('fine');
    app.get('/', answer);
    app.get('/plain/:id', answer);
    app.get(['/one', '/two'], answer);
    app.get(/^\/v(\d+)$/, answer);
    const posts = make.Router({ mergeParams: true });
    posts.get('/', answer);
    posts.get('/:post', answer);
    const users = make.Router();
    users.use('/:user/posts', posts);
    app.use('/users', users);
    app.use('/base', make.Router().use('/', make.Router().get('/deep', answer)));
    app.use(/^\/r\d+/, make.Router().get('/x', answer));
    const sub = make();
    sub.use('/of/:thing', make.Router().get('/:id', answer));
    app.use('/tenants/:tenant', sub);
    server = await listen(app);
  });
  afterEach(() => server.close());

  const routeOf = async (path: string): Promise<string | undefined> => {
    routes = [];
    await (await fetch(server.url + path)).text();
    await waitFor(() => routes.length === 1);
    return routes[0];
  };

  test.each([
    ['/', '/'],
    ['/plain/7?a=b', '/plain/:id'],
    ['/one', '/one'],
    ['/v12', '/^\\/v(\\d+)$/'],
    ['/users/42/posts', '/users/:user/posts'],
    ['/users/a%20b/posts/9', '/users/:user/posts/:post'],
    ['/base/deep', '/base/deep'],
    ['/tenants/acme/of/things/5', '/tenants/:tenant/of/:thing/:id'],
    ['/nothing', undefined],
  ])('%s is %p', async (path, route) => {
    expect(await routeOf(path)).toBe(route);
  });

  test('whatever clients send, there are no more routes than the application has', async () => {
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 60; i++) {
      seen.add(await routeOf(`/users/${i}/posts/${i}`));
      seen.add(await routeOf(`/r${i}/x`));
    }
    expect(seen.size).toBeLessThan(12);
    expect([...seen].filter((route) => route?.startsWith('/users'))).toEqual(['/users/:user/posts/:post']);
  });

  test('one router at two places keeps them apart', async () => {
    const app = make();
    app.use(toExpress((ctx, next) => (onResponseClose(ctx.res, () => routes.push(ctx.route)), next())));
    const shared = make.Router();
    shared.get('/:id', (_req, res) => void res.send('fine'));
    app.use('/a', shared);
    app.use('/b', shared);
    await server.close();
    server = await listen(app);
    expect([await routeOf('/a/1'), await routeOf('/b/1'), await routeOf('/a/2')]).toEqual([
      '/a/:id',
      '/b/:id',
      '/a/:id',
    ]);
  });
});
