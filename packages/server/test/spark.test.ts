import { describe, expect, jest, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { App, Application, bodyParser, Router, Spark } from '../src/index.js';
import { RunningApp } from './running-app.js';

describe('the chain', () => {
  test('runs middlewares in order, then the route, and back', async () => {
    const seen: string[] = [];
    await using host = await RunningApp.start((app) =>
      app
        .use(async (_ctx, next) => {
          seen.push('a>');
          await next();
          seen.push('<a');
        })
        .use(async (_ctx, next) => {
          seen.push('b>');
          await next();
          seen.push('<b');
        })
        .get('/', (ctx) => {
          seen.push('route');
          ctx.text('ok');
        }),
    );
    expect((await host.ask('/')).text).toBe('ok');
    expect(seen).toEqual(['a>', 'b>', 'route', '<b', '<a']);
  });

  test('a middleware that answers keeps the rest from running', async () => {
    const route = jest.fn();
    await using host = await RunningApp.start((app) =>
      app.use((ctx) => ctx.status(401).json({})).get('/', route),
    );
    expect((await host.ask('/')).status).toBe(401);
    expect(route).not.toHaveBeenCalled();
  });

  test('next() called twice is a 500, and the error names the middleware', async () => {
    const errors: unknown[] = [];
    await using host = await RunningApp.start((app) =>
      app
        .on('error', (error) => errors.push(error))
        .use(async function greedy(_ctx, next) {
          await next();
          await next();
        }),
    );
    expect((await host.ask('/')).status).toBe(500);
    expect(errors).toMatchObject([{ code: 'SPARK_NEXT_TWICE', message: expect.stringContaining('greedy') }]);
  });

  test('a middleware that does not wait for next() does not make a 404 of a slow route', async () => {
    let answer!: () => void;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    await using host = await RunningApp.start((app) =>
      app
        .use((_ctx, next) => void next())
        .get('/', async (ctx) => {
          await asked;
          ctx.text('late');
        }),
    );
    const reply = host.ask('/');
    host.app.server.once('request', () => setImmediate(answer));
    expect((await reply).text).toBe('late');
  });

  test('nor of a route behind a middleware that has a microtask to go', async () => {
    await using host = await RunningApp.start((app) =>
      app
        .use((_ctx, next) => void next())
        .use(async (_ctx, next) => {
          await Promise.resolve();
          await next();
        })
        .get('/', (ctx) => ctx.text('ok')),
    );
    expect((await host.ask('/')).text).toBe('ok');
  });

  test('what is no function is refused', () => {
    const app = new Spark();
    expect(() => app.use('x' as never, 1 as never)).toThrow(
      expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
    );
    expect(() => app.get('/x')).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }));
    expect(() => app.get('x', () => {})).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }));
    expect(() => app.get('/x', 1 as never)).toThrow(
      expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
    );
    expect(() => app.onShutdown(1 as never)).toThrow(
      expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
    );
  });
});

describe('nothing answered', () => {
  test.each(['/none', '/silent', '/async'])('%s is a 404', async (path) => {
    await using host = await RunningApp.start((app) =>
      app
        .use((_ctx, next) => next())
        .get('/silent', () => {})
        .get('/async', async () => {}),
    );
    const { status, text, headers } = await host.ask(path);
    expect([status, text]).toEqual([404, '{"error":"Not Found"}']);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('a problem, where the client asks for one', async () => {
    await using host = await RunningApp.start(() => {});
    const { headers, json } = await host.ask('/', { headers: { accept: 'application/problem+json' } });
    expect(headers['content-type']).toBe('application/problem+json');
    expect(json()).toEqual({ type: 'about:blank', status: 404, title: 'Not Found' });
  });

  test('an outer middleware can still answer, and sees nothing answered', async () => {
    await using host = await RunningApp.start((app) =>
      app.use(async (ctx, next) => {
        await next();
        if (!ctx.responded) ctx.status(404).html('<h1>Lost</h1>');
      }),
    );
    expect((await host.ask('/')).text).toBe('<h1>Lost</h1>');
  });
});

describe('methods', () => {
  const routes = (app: Spark): Spark =>
    app
      .get('/doc', (ctx) => ctx.set('x-from', ctx.method).text('content'))
      .put('/doc', (ctx) => ctx.end())
      .all('/any', (ctx) => ctx.text(ctx.method));

  test('HEAD is answered from GET, without the body', async () => {
    await using host = await RunningApp.start(routes);
    const { status, headers, text } = await host.ask('/doc', { method: 'HEAD' });
    expect([status, text, headers['content-length'], headers['x-from']]).toEqual([200, '', '7', 'HEAD']);
  });

  test('a HEAD route of its own comes first', async () => {
    await using host = await RunningApp.start((app) =>
      routes(app).head('/doc', (ctx) => ctx.status(204).end()),
    );
    expect((await host.ask('/doc', { method: 'HEAD' })).status).toBe(204);
  });

  test('another method is 405 and told which there are', async () => {
    await using host = await RunningApp.start(routes);
    const { status, headers, text } = await host.ask('/doc', { method: 'DELETE' });
    expect([status, headers.allow, text]).toEqual([
      405,
      'GET, HEAD, PUT, OPTIONS',
      '{"error":"Method Not Allowed"}',
    ]);
    expect((await host.ask('/doc', { method: 'PROPFIND' })).status).toBe(405);
  });

  test('OPTIONS lists them, unless it has a route', async () => {
    await using host = await RunningApp.start((app) =>
      routes(app).options('/own', (ctx) => ctx.text('mine')),
    );
    const { status, headers } = await host.ask('/doc', { method: 'OPTIONS' });
    expect([status, headers.allow]).toEqual([204, 'GET, HEAD, PUT, OPTIONS']);
    expect((await host.ask('/own', { method: 'OPTIONS' })).text).toBe('mine');
    expect((await host.ask('*', { method: 'OPTIONS' })).status).toBe(404);
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('all() takes %s', async (method) => {
    await using host = await RunningApp.start(routes);
    expect((await host.ask('/any', { method })).text).toBe(method);
  });
});

describe('events and settings', () => {
  test('listening and close', async () => {
    const app = new Spark();
    const seen: string[] = [];
    app.on('listening', () => seen.push('listening')).on('close', () => seen.push('close'));
    await app.listen(0, '127.0.0.1', () => seen.push('callback'));
    await app.close();
    expect(seen).toEqual(['listening', 'callback', 'close']);
  });

  test('the server is there before listen(), the aliases are the class', () => {
    expect(new Spark().server.listening).toBe(false);
    expect([App, Application]).toEqual([Spark, Spark]);
  });

  test('a listener of `error` that throws, and none at all, change nothing for the client', async () => {
    const error = jest.fn();
    const logger = { info: jest.fn(), warn: jest.fn(), error };
    await using host = await RunningApp.start(
      (app) =>
        app
          .get('/', () => {
            throw new Error('first');
          })
          .on('error', () => {
            throw new Error('second');
          }),
      { logger },
    );
    expect((await host.ask('/?a=%0a')).status).toBe(500);
    expect(error.mock.calls.map(([text]) => text)).toEqual([
      'GET /?a=%0a failed',
      'Spark: a listener of `error` failed',
    ]);
    host.app.removeAllListeners('error');
    expect((await host.ask('/')).status).toBe(500);
  });

  test('settings.bodyLimit is the default of bodyParser()', async () => {
    await using host = await RunningApp.start(
      (app) => app.post('/', bodyParser(), (ctx) => ctx.json(ctx.body)),
      {
        bodyLimit: 4,
      },
    );
    const post = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '12345' };
    expect((await host.ask('/', post)).status).toBe(413);
    host.app.settings.bodyLimit = 5;
    expect((await host.ask('/', post)).status).toBe(200);
  });

  test('`cluster` warns instead of doing something else in silence', () => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    new Spark({ cluster: true });
    expect(emitWarning.mock.calls).toEqual([[expect.stringContaining('@spark-perf/lifecycle/cluster')]]);
    emitWarning.mockRestore();
  });

  test('`security` puts its fields on everything, errors too', async () => {
    await using host = await RunningApp.start(() => {}, {
      security: { headers: { 'X-Frame-Options': false, 'Content-Security-Policy': "default-src 'self'" } },
    });
    const { headers } = await host.ask('/');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'self'",
    });
    expect(headers).not.toHaveProperty('x-frame-options');
    expect(() => new Spark({ security: { headers: { a: 'b\r\nc: d' } } })).toThrow();
  });
});

describe('listen', () => {
  test('rejects when the port is taken', async () => {
    await using host = await RunningApp.start(() => {});
    const other = new Spark();
    await expect(other.listen(host.port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await other.close();
  });

  test('takes port and host from the options, and a callback alone', async () => {
    const app = new Spark({ port: 0, host: '127.0.0.1' });
    const callback = jest.fn();
    const server = await app.listen(callback);
    expect(server).toBe(app.server);
    expect((server.address() as AddressInfo).address).toBe('127.0.0.1');
    expect(callback).toHaveBeenCalledTimes(1);
    await app.close();
    await expect(app.listen()).rejects.toThrow('closed');
  });
});

test('a router below a prefix: its routes, its pattern, its 405, what it does not know goes on', async () => {
  const users = new Router().get('/:id', (ctx) => ctx.json([ctx.route, ctx.params, ctx.path, ctx.mountpath]));
  await using host = await RunningApp.start((app) =>
    app
      .use('/users', users)
      .get('/users/a/b', (ctx) => ctx.json([ctx.route, ctx.path, ctx.mountpath ?? null])),
  );
  expect((await host.ask('/users/7')).json()).toEqual(['/users/:id', { id: '7' }, '/7', '/users']);
  expect((await host.ask('/users/a/b')).json()).toEqual(['/users/a/b', '/users/a/b', null]);
  expect((await host.ask('/users/7', { method: 'POST' })).headers.allow).toBe('GET, HEAD, OPTIONS');
});
