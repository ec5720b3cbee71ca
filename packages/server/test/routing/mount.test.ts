import { describe, expect, test } from '@jest/globals';
import type { SparkContext } from '../../src/index.js';
import { RunningApp } from '../running-app.js';

const facts = (ctx: SparkContext): unknown[] => [ctx.path, ctx.mountpath ?? null];

test.each([
  ['/api', true],
  ['/api/', true],
  ['/api/x', true],
  ['/%61pi/x', true],
  ['/a%70i', true],
  ['/x/../api/y', true],
  ['/apix', false],
  ['/api%2Fx', false],
  ['/API', false],
  ['/', false],
  ['/x/api', false],
  ['/%2561pi', false],
])('%s is below /api: %p', async (path, below) => {
  let ran = false;
  await using host = await RunningApp.start((app) =>
    app.use('/api', (_ctx, next) => {
      ran = true;
      return next();
    }),
  );
  await host.ask(path);
  expect(ran).toBe(below);
});

test('the path is cut inside, whole below next(), cut again after it, whole at the end', async () => {
  const seen: Record<string, unknown> = {};
  await using host = await RunningApp.start((app) =>
    app
      .use(async (ctx, next) => {
        await next();
        seen.outside = facts(ctx);
      })
      .use('/api/', async (ctx, next) => {
        seen.before = facts(ctx);
        await next();
        seen.after = facts(ctx);
      })
      .get('/api/x', async (ctx) => {
        seen.route = facts(ctx);
        ctx.text('');
      }),
  );
  await host.ask('/api/x');
  expect(seen).toEqual({
    before: ['/x', '/api'],
    route: ['/api/x', null],
    after: ['/x', '/api'],
    outside: ['/api/x', null],
  });
});

test('a middleware that throws, or does not wait, leaves the path whole', async () => {
  const seen: unknown[] = [];
  await using host = await RunningApp.start((app) =>
    app
      .use(async (ctx, next) => {
        await next().catch(() => {});
        seen.push(ctx.path);
        ctx.text('');
      })
      .use('/throws', () => {
        throw new Error('x');
      })
      .use('/floats', (_ctx, next) => void next()),
  );
  await host.ask('/throws/x');
  await host.ask('/floats/x');
  expect(seen).toEqual(['/throws/x', '/floats/x']);
});

test('a path that the middleware writes is what is routed', async () => {
  await using host = await RunningApp.start((app) =>
    app
      .use('/old', (ctx, next) => {
        ctx.path = '/new';
        return next();
      })
      .get('/old/new', (ctx) => ctx.text('found')),
  );
  expect((await host.ask('/old/whatever')).text).toBe('found');
});

describe('a prefix', () => {
  test('of the root covers everything', async () => {
    await using host = await RunningApp.start((app) => app.use('/', (ctx) => ctx.json(facts(ctx))));
    expect((await host.ask('/a/b')).json()).toEqual(['/a/b', '']);
  });

  test('must begin with a slash', async () => {
    await expect(RunningApp.start((app) => app.use('api', () => {}))).rejects.toMatchObject({
      code: 'SPARK_INVALID_OPTION',
    });
  });

  test('may have several middlewares', async () => {
    await using host = await RunningApp.start((app) =>
      app.use(
        '/a',
        (ctx, next) => {
          ctx.state.first = true;
          return next();
        },
        (ctx) => ctx.json(ctx.state),
      ),
    );
    expect((await host.ask('/a')).json()).toEqual({ first: true });
  });
});

test('no spelling of a path reaches a route below a guard without passing the guard', async () => {
  await using host = await RunningApp.start((app) => {
    app.use('/admin', (ctx) => ctx.status(403).text('refused'));
    app.get('/admin/secret', (ctx) => ctx.text('secret'));
  });
  const spellings = ['/%61dmin/secret', '/x/../admin/secret', '/x/%2e%2e/admin/secret', '/./admin/secret'];
  const others = ['//admin/secret', '/ADMIN/secret', '/admin/secret#x', '/admin/secret;x', '/admin%2fsecret'];
  for (const path of ['/admin/secret', ...spellings, ...others]) {
    expect([path, (await host.ask(path)).text]).not.toEqual([path, 'secret']);
  }
});
