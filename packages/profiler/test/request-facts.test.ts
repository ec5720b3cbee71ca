import { describe, expect, test } from '@jest/globals';
import type { FakeContext } from '@spark-perf/core/testing';
import { fakeContext } from '@spark-perf/core/testing';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { RequestProfilerOptions } from '../src/index.js';
import { REQUEST_PROFILER_DEFAULTS } from '../src/index.js';
import { setUp } from './profiled-requests.js';

type Handler = (ctx: FakeContext) => unknown;

test('the defaults are those of the documents', () => {
  expect(REQUEST_PROFILER_DEFAULTS).toEqual({
    enabled: true,
    sampleRate: 1,
    slowThreshold: 1_000,
    criticalThreshold: 5_000,
    maxRoutes: 256,
    maxNotable: 100,
    serverTiming: false,
  });
});

describe('figures', () => {
  test('every percentile is there, and within 1 %', () => {
    const { profiler } = setUp();
    for (let i = 1; i <= 10_000; i++) profiler.recordMetrics('job', { duration: i });
    const { job } = profiler.getReport();
    const exact = { p50: 5_000, p90: 9_000, p95: 9_500, p99: 9_900, p999: 9_990 };
    for (const [name, value] of Object.entries(exact)) {
      expect(Math.abs((job?.[name as 'p50'] ?? NaN) - value) / value).toBeLessThanOrEqual(0.01);
    }
  });

  test("a route's share of the time", async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a' }, 30);
    await run({ url: '/b' }, 10);
    const { 'GET:/a': a, 'GET:/b': b } = profiler.getReport();
    expect([a?.timeShare, b?.timeShare]).toEqual([0.75, 0.25]);
  });

  test('the length that a request announces is that of its body', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a', method: 'POST', headers: { 'content-length': '1234' } }, 1);
    expect(profiler.getTotals().requestBytes).toBe(1_234);
  });

  test('a report made by the very request counts it as in flight', async () => {
    const { profiler, handle } = setUp();
    const answer = (ctx: FakeContext) => ctx.json(profiler.getReport()['GET:/report']?.inFlight ?? 'none');
    const ask = async () => {
      const ctx = fakeContext({ route: '/report', url: '/report' });
      const closed = once(ctx.res, 'close');
      await handle(ctx, () => {
        answer(ctx);
        return Promise.resolve();
      });
      await closed;
      return ctx.sent();
    };
    expect(await ask()).toMatch(/"none"$/); // the route is not known before it has been routed once
    expect(await ask()).toMatch(/\n1$/);
    expect(profiler.getTotals()).toMatchObject({ inFlight: 0, inFlightMax: 1, count: 2 });
  });

  test.each([
    ['the host knows', { route: '/burst' }, 'GET:/burst'],
    ['nobody knows', { route: undefined }, 'GET:/burst'],
  ])('the first burst of a route that %s is seen at its height', async (_name, route, key) => {
    const { profiler, handle } = setUp();
    const served = Array.from({ length: 5 }, async () => {
      const ctx = Object.assign(fakeContext({ url: '/burst' }), route);
      const closed = once(ctx.res, 'close');
      await handle(ctx, async () => {
        await Promise.resolve();
        ctx.send('ok');
      });
      await closed;
    });
    await Promise.all(served);
    expect(profiler.getReport()[key]).toMatchObject({ count: 5, inFlight: 0, inFlightMax: 5 });
    expect(profiler.getTotals().inFlightMax).toBe(5);
  });

  test('methods that are none of the known ones share a row', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/x', method: 'PURGE' }, 1);
    await run({ url: '/x', method: 'MKCOL' }, 1);
    expect(profiler.getReport()).toMatchObject({ '_OTHER:/x': { count: 2 } });
    expect(Object.keys(profiler.getReport())).toHaveLength(1);
  });
});

describe('finished is finished', () => {
  test('a status set after next() has resolved is the one that counts', async () => {
    const { profiler, handle } = setUp();
    const ctx = fakeContext({ route: '/a' });
    await handle(ctx, () => Promise.resolve());
    expect(profiler.getTotals().count).toBe(0);
    const closed = once(ctx.res, 'close');
    ctx.status(503).send('late');
    await closed;
    expect(profiler.getTotals()).toMatchObject({ count: 1, errorRate: 1, statusClasses: { '5xx': 1 } });
  });

  test('a handler that throws at once is counted, once, and its error is the same', async () => {
    const { profiler, handle } = setUp();
    const ctx = fakeContext({ route: '/a' });
    const error = new Error('thrown');
    const fail = (): Promise<void> => {
      throw error;
    };
    expect(() => handle(ctx, fail)).toThrow(error);
    const closed = once(ctx.res, 'close');
    ctx.res.statusCode = 200;
    ctx.res.end('swallowed');
    await closed;
    expect(profiler.getTotals()).toMatchObject({ count: 1, errorRate: 1, inFlight: 0 });
  });

  test.each<[string, RequestProfilerOptions, Handler]>([
    ['an upgrade', {}, (ctx) => ctx.res.writeHead(101).end()],
    [
      'a stream of images',
      {},
      (ctx) => ctx.res.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' }).end(),
    ],
    [
      'a list of pairs',
      {},
      (ctx) => ctx.res.writeHead(200, [['Content-Type', 'text/event-stream']] as never).end(),
    ],
    ['what `longLived` says', { longLived: (ctx) => ctx.path === '/poll' }, (ctx) => ctx.send('at last')],
  ])('%s is in longLived only', async (_name, options, handler) => {
    const { profiler, run } = setUp(options);
    await run({ url: '/poll' }, 60_000, handler);
    expect(profiler.getTotals()).toMatchObject({ count: 0, longLived: 1, maxDuration: 0, inFlight: 0 });
  });

  test('a long-lived answer is no longer in flight while it goes on', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/events' }, 1, (ctx) => {
      expect(profiler.getTotals().inFlight).toBe(1);
      ctx.res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      expect(profiler.getTotals()).toMatchObject({ inFlight: 0, longLived: 1 });
      ctx.res.end();
    });
    expect(profiler.getTotals()).toMatchObject({ inFlight: 0, longLived: 1, count: 0 });
  });
});

describe('attribution', () => {
  test('a collection in between makes it no sample', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    setFlagsFromString('--no-expose-gc');
    const { profiler, run } = setUp();
    await run({ url: '/a' }, 1, (ctx) => {
      collect();
      ctx.send('ok');
    });
    expect(profiler.getTotals()).toMatchObject({ averageMemory: null, averageCpu: null, count: 1 });
    expect(profiler.getTotals().isolated).toEqual({ samples: 0, coverage: 0 });
  });

  test('sampleRate is the share of those that could be measured', async () => {
    const chances = [0.4, 0.6, 0.1, 0.9];
    const { profiler, run } = setUp({ sampleRate: 0.5, random: () => chances.shift() ?? 0 });
    for (let i = 0; i < 4; i++) await run({ url: '/a' }, 200);
    expect(chances).toEqual([]);
    expect(profiler.getTotals().isolated.samples).toBeLessThanOrEqual(2);
  });
});

test('Server-Timing is added to what the handler tells', async () => {
  const { run } = setUp({ serverTiming: true });
  const { ctx } = await run({ url: '/a' }, 12, (one) => {
    one.res.setHeader('Server-Timing', 'db;dur=3');
    one.send('ok');
  });
  expect(ctx.res.getHeader('server-timing')).toBe('db;dur=3, app;dur=12.00');
});
