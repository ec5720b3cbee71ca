import { expect, test } from '@jest/globals';
import { Router } from '../../src/index.js';
import { RunningApp } from '../running-app.js';

test('the most specific pattern wins, whatever the order', async () => {
  await using host = await RunningApp.start((app) =>
    app
      .get('/*', (ctx) => ctx.text('any'))
      .get('/users/:id', (ctx) => ctx.text('one'))
      .get('/users/me', (ctx) => ctx.text('me')),
  );
  const texts = ['/x/y', '/users/7', '/users/me'].map(async (path) => (await host.ask(path)).text);
  expect(await Promise.all(texts)).toEqual(['any', 'one', 'me']);
});

test('handlers of one route run in order, each through the next() before it; also those added later', async () => {
  await using host = await RunningApp.start((app) =>
    app
      .all('/x', async (ctx, next) => {
        ctx.state.seen = ['all'];
        await next();
      })
      .get(
        '/x',
        (ctx, next) => {
          (ctx.state.seen as string[]).push('first');
          return next();
        },
        (ctx) => ctx.json(ctx.state.seen),
      ),
  );
  expect((await host.ask('/x')).json()).toEqual(['all', 'first']);
  expect((await host.ask('/x', { method: 'HEAD' })).status).toBe(200);
});

test('a GET and a slow POST on one path do not disturb each other', async () => {
  const order: string[] = [];
  await using host = await RunningApp.start((app) =>
    app
      .use(async (_ctx, next) => {
        await next();
        order.push('after');
      })
      .get('/x', (ctx) => ctx.text('get'))
      .post('/x', async (ctx) => {
        await new Promise(setImmediate);
        order.push('post');
        ctx.text('post');
      }),
  );
  expect((await host.ask('/x', { method: 'POST' })).text).toBe('post');
  expect(order).toEqual(['post', 'after']);
});

test('parameters are decoded once; patterns, suffixes and optional ones', async () => {
  await using host = await RunningApp.start((app) =>
    app
      .get('/a/:x/:y', (ctx) => ctx.json(ctx.params))
      .get('/n/:id(^\\d+$)', (ctx) => ctx.json(ctx.params))
      .get('/o/:id?', (ctx) => ctx.json(ctx.params)),
  );
  expect((await host.ask('/a/b%2Fc/%2520')).json()).toEqual({ x: 'b/c', y: '%20' });
  expect((await host.ask('/n/7')).json()).toEqual({ id: '7' });
  expect((await host.ask('/n/x')).status).toBe(404);
  expect((await host.ask('/o')).status).toBe(200);
});

test('a parameter has a longest length', async () => {
  await using host = await RunningApp.start((app) => app.get('/:id', (ctx) => ctx.text('')));
  expect((await host.ask(`/${'x'.repeat(1_024)}`)).status).toBe(200);
  expect((await host.ask(`/${'x'.repeat(1_025)}`)).status).toBe(404);
});

test('a slash at the end matters, unless asked', async () => {
  await using strict = await RunningApp.start((app) => app.get('/x', (ctx) => ctx.text('')));
  expect((await strict.ask('/x/')).status).toBe(404);
  await using lenient = await RunningApp.start((app) => app.get('/x', (ctx) => ctx.text('')), {
    ignoreTrailingSlash: true,
  });
  expect((await lenient.ask('/x/')).status).toBe(200);
});

test('thenables are waited for', async () => {
  await using host = await RunningApp.start((app) =>
    app.get('/', (ctx) => ({
      then: (done: (value: unknown) => void) =>
        setImmediate(() => {
          ctx.text('then');
          done(undefined);
        }),
    })),
  );
  expect((await host.ask('/')).text).toBe('then');
});

test('gives all of its handlers', () => {
  const one = (): void => {};
  expect([...new Router().get('/a', one).post('/b', one).handlers()]).toEqual([one, one]);
});
