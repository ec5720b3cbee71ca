import { expect, jest, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import http from 'node:http';
import type { Handler } from '../src/index.js';
import { Spark } from '../src/index.js';
import { RunningApp } from './running-app.js';

/** A promise and what settles it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

test('handlers first, then the requests in flight, then the cleanups; each step in order', async () => {
  const seen: string[] = [];
  const { opened, open } = gate();
  const cleaned: Handler = Object.assign(((_ctx, next) => next()) as Handler, {
    cleanup: () => seen.push('cleanup'),
  });
  const route: Handler = async (ctx) => {
    await opened;
    seen.push('answered');
    ctx.text('answered');
  };
  route.cleanup = () => seen.push('cleanup of a route');
  const host = await RunningApp.start((app) =>
    app
      .use(cleaned)
      .use('/also', cleaned)
      .get('/', route)
      .onShutdown(async () => {
        await new Promise(setImmediate);
        seen.push('first');
      })
      .onShutdown(() => {
        seen.push('second');
        open();
      })
      .on('close', () => seen.push('close')),
  );
  const answer = host.ask('/');
  await new Promise((resolve) => host.app.server.once('request', resolve));
  const closed = host.app.close();
  expect(host.app.close()).toBe(closed);
  await closed;
  expect((await answer).text).toBe('answered');
  expect(seen).toEqual(['first', 'second', 'answered', 'cleanup', 'cleanup of a route', 'close']);
});

test('a kept connection is told to close, and does not hold the shutdown up', async () => {
  const agent = new http.Agent({ keepAlive: true });
  const { opened, open } = gate();
  await using host = await RunningApp.start(
    (app) => app.get('/', (ctx) => ctx.text('')).onShutdown(() => opened),
    { keepAliveTimeout: 1_000_000 },
  );
  const ask = (): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      http
        .get({ port: host.port, host: '127.0.0.1', agent }, (res) => resolve(res.resume()))
        .on('error', reject);
    });
  expect((await ask()).headers.connection).toBe('keep-alive');
  const closed = host.app.close();
  expect((await ask()).headers.connection).toBe('close');
  open();
  await closed;
  agent.destroy();
});

test('what is left after closeTimeout is destroyed', async () => {
  const clock = new ManualClock();
  const host = await RunningApp.start((app) => app.get('/', () => new Promise(() => {})), {
    clock,
    closeTimeout: 500,
  });
  const answer = host.ask('/').catch((error: unknown) => error);
  await new Promise((resolve) => host.app.server.once('request', resolve));
  const closed = host.app.close();
  await new Promise(setImmediate);
  await clock.advance(500);
  await closed;
  expect(await answer).toMatchObject({ code: 'ECONNRESET' });
});

test('a handler that fails or hangs is reported, after everything else was closed', async () => {
  const clock = new ManualClock();
  const last = jest.fn();
  const app = new Spark({ clock, closeTimeout: 500 })
    .onShutdown(() => {
      throw new Error('failed');
    })
    .onShutdown(() => new Promise(() => {}))
    .onShutdown(last);
  const closed = app.close().catch((error: unknown) => error as AggregateError);
  await new Promise(setImmediate);
  await clock.advance(500);
  expect(((await closed) as AggregateError).errors).toMatchObject([
    { message: 'failed' },
    { code: 'SPARK_CLOSE_TIMEOUT' },
  ]);
  expect(last).toHaveBeenCalledTimes(1);
});

test('closes without ever having listened, and with `await using`', async () => {
  const close = jest.fn();
  {
    await using app = new Spark();
    app.on('close', close);
  }
  expect(close).toHaveBeenCalledTimes(1);
});
