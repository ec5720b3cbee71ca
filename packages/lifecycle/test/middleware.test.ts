import { describe, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import type { FakeContext } from '@spark-perf/core/testing';
import { Spark } from '@spark-perf/server';
import { waitFor } from '@spark-perf/test-services';
import { addResource, CleanupTimeoutError, ResourceManager } from '../src/index.js';

const never = new Promise<never>(() => {});

function setUp(options = {}) {
  const clock = new ManualClock();
  const resources = new ResourceManager({ signals: false, exit: false, clock });
  const middleware = resources.middleware(options);
  const errors: unknown[] = [];
  resources.on('cleanupError', ({ scope, error }) => errors.push([scope, error]));
  const log: string[] = [];
  const enter = async (): Promise<FakeContext> => {
    const ctx = fakeContext();
    await middleware(ctx, async () => {});
    return ctx;
  };
  const ended = (count = 1) => waitFor(() => resources.getStats().requests.ended === count);
  return { clock, resources, middleware, errors, log, enter, ended };
}

describe('ctx.addResource', () => {
  test('cleans in reverse order, once, when the response has finished', async () => {
    const { enter, log, ended } = setUp();
    const ctx = await enter();
    for (const name of ['a', 'b', 'c']) addResource(ctx, name, (it) => void log.push(it));
    expect(log).toEqual([]);
    ctx.json({});
    await ended();
    ctx.res.emit('close');
    expect(log).toEqual(['c', 'b', 'a']);
  });

  test('cleans when the client leaves', async () => {
    const { enter, log, ended } = setUp();
    const ctx = await enter();
    addResource(ctx, 'a', (it) => void log.push(it));
    ctx.abort();
    await ended();
    expect(log).toEqual(['a']);
  });

  test('cleans all of the pipelined requests of a client that leaves', async () => {
    const { middleware, resources, log, ended } = setUp();
    const app = new Spark();
    app.use(middleware);
    app.use(async (ctx) => {
      addResource(ctx, ctx.path, (it) => void log.push(it));
      // Only the first response has the connection; the others are written, and wait for it.
      if (ctx.path === '/1') await never;
      ctx.json({});
    });
    await app.listen(0, '127.0.0.1');
    try {
      const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      client.on('error', () => {});
      client.write(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
      await waitFor(() => resources.getStats().requests.open === 3);
      expect(log).toEqual([]);
      client.destroy();
      await ended(3);
      expect(log.sort()).toEqual(['/1', '/2', '/3']);
    } finally {
      await app.close();
    }
  });

  test('does not clean while a response streams after the handler is done', async () => {
    const { middleware, log, ended } = setUp();
    const ctx = fakeContext();
    await middleware(ctx, async () => {
      addResource(ctx, 'cursor', (it) => void log.push(it));
      ctx.res.write('first');
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([]);
    ctx.res.end('last');
    await ended();
    expect(log).toEqual(['cursor']);
  });

  test('cleans at once what is added after the end', async () => {
    const { enter, log, ended } = setUp();
    const ctx = await enter();
    ctx.json({});
    await waitFor(() => ctx.res.writableFinished);
    addResource(ctx, 'late', (it) => void log.push(it));
    expect(log).toEqual(['late']);
    await ended();
  });

  test('waits for an asynchronous cleanup before the next one, and goes on after errors', async () => {
    const { enter, log, errors, ended } = setUp();
    const ctx = await enter();
    const bad = new Error('bad');
    const worse = new Error('worse');
    addResource(ctx, 'last', (it) => void log.push(it));
    addResource(ctx, 'throws', () => {
      throw bad;
    });
    addResource(ctx, 'rejects', () => Promise.reject(worse));
    addResource(ctx, 'slow', async (it) => {
      await new Promise((resolve) => setImmediate(resolve));
      log.push(it);
    });
    ctx.json({});
    await ended();
    expect(log).toEqual(['slow', 'last']);
    expect(errors).toEqual([
      ['request', worse],
      ['request', bad],
    ]);
  });

  test('gives a hanging cleanup its time, then goes on', async () => {
    const { enter, log, errors, clock, ended } = setUp({ timeout: 200 });
    const ctx = await enter();
    addResource(ctx, 'last', (it) => void log.push(it));
    addResource(ctx, 'hangs', () => never);
    ctx.json({});
    await waitFor(() => clock.timers === 1);
    await clock.advance(199);
    expect(log).toEqual([]);
    await clock.advance(1);
    await ended();
    expect(log).toEqual(['last']);
    expect((errors as [string, unknown][])[0]?.[1]).toBeInstanceOf(CleanupTimeoutError);
  });

  test("without a cleanup uses the resource's own", async () => {
    const { enter, log, ended } = setUp();
    const ctx = await enter();
    addResource(ctx, { close: () => void log.push('closed') });
    expect(() => addResource(ctx, {})).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }));
    ctx.json({});
    await ended();
    expect(log).toEqual(['closed']);
  });

  test('is one function for all requests, and a request that does not use it gets no listener', async () => {
    const { enter } = setUp();
    const plain = fakeContext();
    const first = (await enter()) as FakeContext & { addResource: unknown };
    const second = (await enter()) as FakeContext & { addResource: unknown };
    expect(first.addResource).toBe(second.addResource);
    expect(first.res.listenerCount('close')).toBe(plain.res.listenerCount('close'));
    expect(first.res.listenerCount('finish')).toBe(plain.res.listenerCount('finish'));
  });

  test('without the middleware says what is missing', () => {
    expect(() => addResource(fakeContext(), {}, () => {})).toThrow(
      expect.objectContaining({ code: 'SPARK_NO_REQUEST_SCOPE' }),
    );
  });
});

test('a shutdown waits for the cleanups of requests before it takes resources down', async () => {
  const { enter, resources, log } = setUp();
  let finish = (): void => {};
  const ctx = await enter();
  addResource(ctx, 'connection', () =>
    new Promise<void>((resolve) => (finish = resolve)).then(() => void log.push('connection')),
  );
  resources.register('pool', {}, () => void log.push('pool'));
  ctx.json({});
  await waitFor(() => ctx.res.writableFinished);
  const closing = resources.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(log).toEqual([]);
  finish();
  await closing;
  expect(log).toEqual(['connection', 'pool']);
});
