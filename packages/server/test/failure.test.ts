import { describe, expect, test } from '@jest/globals';
import type { SparkContext } from '../src/index.js';
import { Spark } from '../src/index.js';
import { RunningApp } from './running-app.js';

const thrown = (facts: object, message = 'secret'): Error => Object.assign(new Error(message), facts);

describe.each([
  [
    'synchronously',
    (error: unknown) => () => {
      throw error as Error;
    },
  ],
  [
    'later',
    (error: unknown) => async () => {
      throw error as Error;
    },
  ],
])('a route that throws %s', (_name, throwing) => {
  test('is answered before next() returns to the middlewares', async () => {
    const seen: unknown[] = [];
    await using host = await RunningApp.start((app) =>
      app
        .use(async (ctx, next) => {
          await next();
          seen.push(ctx.statusCode, ctx.responded, ctx.res.headersSent);
        })
        .get('/', throwing(thrown({ status: 409 }))),
    );
    expect((await host.ask('/')).status).toBe(409);
    expect(seen).toEqual([409, true, true]);
  });

  test.each([
    [{}, 500, 'Internal Server Error'],
    [{ status: 418 }, 418, 'secret'],
    [{ statusCode: 404 }, 404, 'secret'],
    [{ status: 404, expose: false }, 404, 'Not Found'],
    [{ status: 503 }, 503, 'Service Unavailable'],
    [{ status: 503, expose: true }, 503, 'secret'],
    [{ status: 399 }, 500, 'Internal Server Error'],
    [{ status: 400 }, 400, 'secret'],
    [{ status: 599, expose: true }, 599, 'secret'],
    [{ status: 600, expose: true }, 500, 'secret'],
    [{ status: '404' }, 500, 'Internal Server Error'],
    [{ status: 404.5 }, 500, 'Internal Server Error'],
  ])('%j is a %d that says "%s"', async (facts, status, error) => {
    await using host = await RunningApp.start((app) => app.get('/', throwing(thrown(facts))));
    const answer = await host.ask('/');
    expect([answer.status, answer.json()]).toEqual([status, { error }]);
  });

  test.each([[null], [undefined], ['text'], [7]])('%p is a 500', async (value) => {
    await using host = await RunningApp.start((app) => app.get('/', throwing(value)));
    expect((await host.ask('/')).json()).toEqual({ error: 'Internal Server Error' });
  });

  test('emits `error` with the context', async () => {
    const seen: [unknown, SparkContext | undefined][] = [];
    const error = thrown({});
    await using host = await RunningApp.start((app) =>
      app.on('error', (...args) => seen.push([args[0], args[1]])).get('/', throwing(error)),
    );
    await host.ask('/');
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[0]).toBe(error);
    expect(seen[0]?.[1]?.path).toBe('/');
  });
});

test('an error of a middleware goes through the next() of those before it', async () => {
  const seen: unknown[] = [];
  await using host = await RunningApp.start((app) =>
    app
      .use(async (_ctx, next) => {
        await next().catch((error: unknown) => {
          seen.push(error);
          throw error;
        });
      })
      .use(() => {
        throw thrown({ status: 403 }, 'no entry');
      }),
  );
  const answer = await host.ask('/');
  expect([answer.status, answer.json()]).toEqual([403, { error: 'no entry' }]);
  expect(seen).toHaveLength(1);
});

test('fields set so far stay, those of the body that is not sent go', async () => {
  await using host = await RunningApp.start((app) =>
    app.get('/', (ctx) => {
      ctx
        .set('X-Request-Id', '7')
        .set('Content-Type', 'text/csv')
        .set('ETag', '"1"')
        .set('Cache-Control', 'max-age=9');
      ctx.res.setHeader('Access-Control-Allow-Origin', '*');
      ctx.res.setHeader('Content-Encoding', 'gzip');
      throw thrown({});
    }),
  );
  const { headers, json } = await host.ask('/');
  expect(json()).toEqual({ error: 'Internal Server Error' });
  expect(headers).toMatchObject({
    'x-request-id': '7',
    'access-control-allow-origin': '*',
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(headers).not.toHaveProperty('etag');
  expect(headers).not.toHaveProperty('content-encoding');
});

test('a throw after the response has begun cuts the connection; the process and others live on', async () => {
  const errors: unknown[] = [];
  await using host = await RunningApp.start((app) =>
    app
      .on('error', (error) => errors.push(error))
      .get('/', async (ctx) => {
        ctx.res.write('half');
        await new Promise(setImmediate);
        throw thrown({});
      })
      .get('/fine', (ctx) => ctx.text('fine')),
  );
  await expect(host.ask('/')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(errors).toHaveLength(1);
  expect((await host.ask('/fine')).text).toBe('fine');
});

test('a throw after a whole answer leaves the answer alone', async () => {
  await using host = await RunningApp.start((app) =>
    app.get('/', (ctx) => {
      ctx.text('complete');
      throw thrown({});
    }),
  );
  expect((await host.ask('/')).text).toBe('complete');
});

test('errors that can be read from a client are not sent: the parser of a bad field', async () => {
  await using host = await RunningApp.start((app) =>
    app.get('/', (ctx) => ctx.set('Location', String(ctx.query.to))),
  );
  const answer = await host.ask('/?to=%0d%0aSet-Cookie:a=b');
  expect([answer.status, answer.json()]).toEqual([500, { error: 'Internal Server Error' }]);
  expect(answer.headers).not.toHaveProperty('set-cookie');
});

test('Spark is an EventEmitter whose `error` without listeners does not throw', async () => {
  const app = new Spark();
  expect(app.listenerCount('error')).toBe(0);
  await app.close();
});
