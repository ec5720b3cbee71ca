import { afterEach, describe, expect, test } from '@jest/globals';
import type { Middleware } from '@spark-perf/core';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import express from 'express';
import express4 from 'express-4';
import { toExpress } from '../../src/express.js';
import type { Listening } from '../listen.js';
import { listen } from '../listen.js';

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('on %s', (_name, make) => {
  let server: Listening;
  let seen: string[];
  afterEach(() => server.close());

  const log = (entry: string): void => void seen.push(entry);
  const observe =
    (name: string): Middleware =>
    async (_ctx, next) => {
      try {
        await next();
        log(`${name} done`);
      } catch (error) {
        log(`${name} ${(error as Error).message}`);
        throw error;
      }
    };
  const fail =
    (message: string): RequestHandler =>
    (_req, _res, next) =>
      next(new Error(message));
  const answers =
    (name: string): ErrorRequestHandler =>
    (error: Error, _req, res, _next) => {
      log(`${name} ${error.message}`);
      res.status(500).send(name);
    };
  const start = async (build: (app: ReturnType<typeof express>) => unknown): Promise<void> => {
    seen = [];
    const app = make();
    build(app);
    server = await listen(app);
  };
  const text = async (path: string): Promise<string> => (await fetch(server.url + path)).text();

  test('a route that throws at once is seen too', async () => {
    await start((app) => {
      app.use(toExpress(observe('a')));
      app.get('/', () => {
        throw new Error('now');
      });
      app.use(answers('handler'));
    });
    expect(await text('/')).toBe('handler');
    expect(seen).toEqual(['a now', 'handler now']);
  });

  test('the innermost sees an error first, and what it makes of it goes on', async () => {
    const turns: Middleware = async (_ctx, next) => {
      try {
        await next();
      } catch {
        throw new Error('other');
      }
    };
    await start((app) => {
      app.use(toExpress(observe('a')), toExpress(turns), toExpress(observe('c')));
      app.get('/', fail('boom'));
      app.use(answers('handler'));
    });
    await text('/');
    expect(seen).toEqual(['c boom', 'a other', 'handler other']);
  });

  test('one that answers in place of the rest ends it: those outside see a success', async () => {
    const falls: Middleware = async (ctx, next) => {
      try {
        await next();
      } catch {
        ctx.status(200).json({ stale: true });
      }
    };
    await start((app) => {
      app.use(toExpress(observe('a')), toExpress(falls));
      app.get('/', fail('boom'));
      app.use(answers('handler'));
    });
    expect(await text('/')).toBe('{"stale":true}');
    expect(seen).toEqual(['a done']);
  });

  test('one that swallows an error and does not answer leaves it to the handler', async () => {
    await start((app) => {
      app.use(toExpress(async (_ctx, next) => next().catch(() => {})));
      app.get('/', fail('boom'));
      app.use(answers('handler'));
    });
    expect(await text('/')).toBe('handler');
    expect(seen).toEqual(['handler boom']);
  });

  test('several error handlers in turn; one that fails hands its own error on', async () => {
    await start((app) => {
      app.use(toExpress(observe('a')));
      app.get('/', fail('boom'));
      app.use((async (error: Error, _req, _res, next) => {
        log(`first ${error.message}`);
        next(error);
      }) as ErrorRequestHandler);
      app.use(((error: Error) => {
        log(`second ${error.message}`);
        throw new Error('worse');
      }) as ErrorRequestHandler & (() => never));
      app.use(answers('third'));
    });
    await text('/');
    expect(seen.filter((entry) => entry.startsWith('a'))).toEqual(['a boom']);
    expect(seen[1]).toBe('first boom');
    expect(seen.at(-1)).toMatch(/^third/);
  });

  test('routers within routers: an error handler inside is part of the rest', async () => {
    await start((app) => {
      const inner = make.Router();
      inner.use(toExpress(observe('inner')));
      inner.get('/a', fail('boom'));
      inner.get('/b', fail('bang'));
      inner.use(((error: Error, req, res, next) => {
        if (req.path === '/a') answers('inner handler')(error, req, res, next);
        else next(error);
      }) as ErrorRequestHandler);
      const outer = make.Router();
      outer.use('/inner', inner);
      app.use(toExpress(observe('app')));
      app.use('/outer', outer);
      app.use(answers('app handler'));
    });
    expect(await text('/outer/inner/a')).toBe('inner handler');
    expect(seen.sort()).toEqual(['app done', 'inner boom', 'inner handler boom']);
    seen = [];
    expect(await text('/outer/inner/b')).toBe('app handler');
    expect(seen).toEqual(['inner bang', 'app bang', 'app handler bang']);
  });

  test('in a route, and in a mounted application', async () => {
    await start((app) => {
      app.get('/route', toExpress(observe('route')), fail('boom'));
      const sub = make();
      sub.use(toExpress(observe('sub')));
      sub.get('/', fail('bang'));
      app.use('/sub', sub);
      app.use(answers('handler'));
    });
    expect([await text('/route'), await text('/sub')]).toEqual(['handler', 'handler']);
    expect(seen).toEqual(['route boom', 'handler boom', 'sub bang', 'handler bang']);
  });

  test('hidden in a function of the application', async () => {
    const adapted = toExpress(observe('a'));
    await start((app) => {
      app.use((req, res, next) => (req.path === '/' ? adapted(req, res, next) : next()));
      app.get('/', fail('boom'));
      app.use(answers('handler'));
    });
    expect(await text('/')).toBe('handler');
    expect(seen).toEqual(['a boom', 'handler boom']);
  });

  test('handlers added after the first request, while others are under way', async () => {
    let release = (): void => {};
    let app!: ReturnType<typeof express>;
    let runs = 0;
    await start((made) => {
      app = made;
      app.use(toExpress(observe('a')));
      app.get('/slow', (_req, _res, next) => {
        runs++;
        release = () => next(new Error('late'));
      });
      app.get('/', fail('boom'));
    });
    await text('/');
    expect(seen).toEqual(['a boom']);
    const slow = text('/slow');
    while (runs === 0) await new Promise(setImmediate);
    app.get('/added', fail('bang'));
    app.use(answers('handler'));
    seen = [];
    expect(await text('/added')).toBe('handler');
    release();
    expect([await slow, runs]).toEqual(['handler', 1]);
    expect(seen).toEqual(['a bang', 'handler bang', 'a late', 'handler late']);
  });

  test('without an error handler Express answers', async () => {
    await start((app) => {
      app.set('env', 'test');
      app.use(toExpress(observe('a')));
      app.get('/', fail('boom'));
    });
    expect((await fetch(server.url)).status).toBe(500);
    expect(seen).toEqual(['a boom']);
  });
});
