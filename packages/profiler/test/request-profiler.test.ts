import { describe, expect, test } from '@jest/globals';
import { isSparkPerfError } from '@spark-perf/core';
import type { FakeContext } from '@spark-perf/core/testing';
import type { RequestProfilerOptions } from '../src/index.js';
import { markLongLived, mergeReports, mergeTotals, RequestProfiler } from '../src/index.js';
import { setUp } from './profiled-requests.js';

describe('the report', () => {
  test("has the guide's fields and ours", async () => {
    const { profiler, run } = setUp();
    for (const took of [10, 20, 30]) await run({ url: '/cities' }, took);
    await run({ url: '/cities' }, 40, (ctx) => ctx.status(404).send('none'));
    const { 'GET:/cities': cities } = profiler.getReport();
    expect(cities).toMatchObject({
      ...{
        count: 4,
        averageDuration: 25,
        maxDuration: 40,
        minDuration: 10,
        errorRate: 0,
        clientErrorRate: 0.25,
      },
      ...{
        statusClasses: { '2xx': 3, '3xx': 0, '4xx': 1, '5xx': 0 },
        inFlight: 0,
        inFlightMax: 1,
        timeShare: 1,
      },
      ...{ responseBytes: 10, requestBytes: 0, aborted: 0, longLived: 0 },
    });
    expect(cities?.p50).toBeCloseTo(20, 0);
    expect(cities?.p999).toBe(40);
    expect(profiler.getTotals()).toMatchObject({ count: 4, p50: cities?.p50 ?? NaN, maxDuration: 40 });
  });

  test('rates cover 10 s, a minute and five', async () => {
    const { clock, profiler, run } = setUp();
    for (let second = 0; second < 300; second++) {
      await run({ url: '/a' }, 0);
      await clock.advance(1_000);
    }
    for (const rate of Object.values(profiler.getTotals().rates)) expect(rate).toBeCloseTo(1, 1);
    const { recent } = profiler.getTotals();
    await clock.advance(60_000);
    const { rates } = profiler.getTotals();
    expect(rates['10s']).toBe(0);
    expect(rates['1m']).toBeLessThan(0.1);
    expect(rates['5m']).toBeCloseTo(0.8, 1);
    expect(recent.count).toBeLessThanOrEqual(120);
    expect(recent.count).toBeGreaterThan(30);
  });

  test('follows requests in flight', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a' });
    await run({ url: '/a' }, 1, async (ctx) => {
      expect(profiler.getReport()['GET:/a']?.inFlight).toBe(1);
      await run({ url: '/a' }, 1);
      ctx.send('ok');
    });
    expect(profiler.getReport()['GET:/a']).toMatchObject({ inFlight: 0, inFlightMax: 2, count: 3 });
  });
});

describe('what a request is counted as', () => {
  test.each([
    ['a thrown error', { status: undefined }, { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 1 }],
    ['a thrown 404', { status: 404 }, { '2xx': 0, '3xx': 0, '4xx': 1, '5xx': 0 }],
    ['a thrown 503', { status: 503 }, { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 1 }],
  ])('%s', async (_name, { status }, statusClasses) => {
    const { profiler, run } = setUp();
    const thrown = Object.assign(new Error('x'), { status });
    const { error } = await run({ url: '/a' }, 1, () => Promise.reject(thrown));
    expect(error).toBe(thrown);
    expect(profiler.getTotals()).toMatchObject({ count: 1, statusClasses });
  });

  test('a handler that fails after its head is a failure', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a' }, 1, (ctx) => {
      ctx.res.writeHead(200);
      ctx.res.write('half');
      throw new Error('lost the database');
    });
    expect(profiler.getTotals()).toMatchObject({ errorRate: 1, statusClasses: { '2xx': 0, '5xx': 1 } });
  });

  test('a failure that the host notes on the context only', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a' }, 1, (ctx) => {
      ctx.res.write('half');
      ctx.statusCode = 500;
      ctx.res.end();
    });
    expect(profiler.getTotals().errorRate).toBe(1);
  });

  test('an aborted request is in aborted and count, and nowhere else', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a' }, 5, (ctx) => {
      ctx.res.write('half');
      ctx.req.socket.on('error', () => undefined).destroy(new Error('read ECONNRESET'));
      ctx.abort();
      ctx.res.emit('close');
    });
    const statusClasses = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
    expect(profiler.getTotals()).toMatchObject({ count: 1, aborted: 1, statusClasses, errorRate: 0, p50: 0 });
  });

  test.each([
    [
      'given to writeHead',
      (ctx: FakeContext) => ctx.res.writeHead(200, { 'Content-Type': 'text/event-stream' }),
    ],
    [
      'given to writeHead as a list',
      (ctx: FakeContext) => ctx.res.writeHead(200, ['content-type', 'text/event-stream']),
    ],
    [
      'set before',
      (ctx: FakeContext) => ctx.res.setHeader('content-type', 'text/event-stream; charset=utf-8'),
    ],
    ['marked', (ctx: FakeContext) => markLongLived(ctx)],
  ])('an event stream, its type %s, is long-lived only', async (_name, begin) => {
    const { profiler, run } = setUp();
    await run({ url: '/events' }, 60_000, (ctx) => {
      begin(ctx);
      ctx.res.end('data: 1\n\n');
    });
    expect(profiler.getReport()['GET:/events']).toMatchObject({
      count: 0,
      longLived: 1,
      maxDuration: 0,
      inFlight: 0,
    });
    expect(profiler.getStats().notable).toEqual([]);
  });

  test('HEAD and 304 have no body', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a', method: 'HEAD' });
    await run({ url: '/a' }, 1, (ctx) => ctx.status(304).send('ignored'));
    expect(profiler.getTotals()).toMatchObject({ responseBytes: 0, statusClasses: { '2xx': 1, '3xx': 1 } });
  });

  test('404 without a route is _unmatched, and never a row of its own', async () => {
    const { profiler, run } = setUp();
    const notFound = (ctx: FakeContext) => ctx.status(404).send('no');
    for (let i = 0; i < 50; i++) {
      const url = `/wp-admin/${i}x`;
      await run({ url, ...({ route: undefined } as object) }, 1, notFound);
    }
    expect(Object.keys(profiler.getReport())).toEqual(['_unmatched']);
  });

  test('an answer before the routes is named by its template', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/users/42?token=abc', ...({ route: undefined } as object) });
    expect(Object.keys(profiler.getReport())).toEqual(['GET:/users/:id']);
  });

  test('the middleware mounted twice counts once', async () => {
    const { profiler, handle, run } = setUp();
    await run({ url: '/a' }, 1, async (ctx) => handle(ctx, async () => void ctx.send('ok')));
    expect(profiler.getTotals()).toMatchObject({ count: 1, responseBytes: 2 });
  });

  test('two profilers see the same request', async () => {
    const { profiler, run } = setUp();
    const second = new RequestProfiler();
    await run({ url: '/a' }, 1, async (ctx) => second.middleware()(ctx, async () => void ctx.send('ok')));
    expect([profiler, second].map((one) => one.getTotals().responseBytes)).toEqual([2, 2]);
  });
});

describe('slow requests', () => {
  test('raise slow or critical, are logged and kept without secrets', async () => {
    const lines: string[] = [];
    const logger = {
      info: () => {},
      warn: (line: string) => lines.push(line),
      error: (line: string) => lines.push(line),
    };
    const { profiler, run } = setUp({ slowThreshold: 500, criticalThreshold: 2_000, logger, sampleRate: 0 });
    const seen: unknown[] = [];
    profiler.on('slow', ({ route, threshold }) => seen.push(['slow', route, threshold]));
    profiler.on('critical', ({ route, threshold }) => seen.push(['critical', route, threshold]));
    await run({ url: '/a?password=hunter2&page=1', headers: { cookie: 'sid=1' } }, 600);
    await run({ url: '/a' }, 2_500);
    await run({ url: '/a' }, 500);
    expect(seen).toEqual([
      ['slow', 'GET:/a', 500],
      ['critical', 'GET:/a', 2_000],
    ]);
    expect(lines).toEqual(['SLOW: GET:/a took 600.00ms', 'CRITICAL: GET:/a took 2500.00ms']);
    const { notable } = profiler.getStats();
    expect(notable).toHaveLength(2);
    expect(notable[0]).toMatchObject({
      reason: 'slow',
      url: '/a?password=…&page=…',
      statusCode: 200,
      error: null,
    });
    expect(JSON.stringify(notable)).not.toMatch(/hunter2|sid=1/);
  });

  test('the ring is bounded, failures are kept whatever the sample rate', async () => {
    const { profiler, run } = setUp({ maxNotable: 3, sampleRate: 0 });
    for (let i = 0; i < 10; i++)
      await run({ url: `/fail-${i}` }, i, () => Promise.reject(new TypeError('secret')));
    const { notable } = profiler.getStats();
    expect(notable.map(({ duration }) => duration)).toEqual([7, 8, 9]);
    expect(notable[0]).toMatchObject({ reason: 'failed', error: 'TypeError', statusCode: 500 });
    expect(JSON.stringify(notable)).not.toContain('secret');
  });
});

describe('attribution', () => {
  test('a request that was alone has its cost, at most ten a second', async () => {
    const { profiler, run } = setUp();
    let kept: unknown;
    for (let i = 0; i < 40; i++)
      await run({ url: '/a' }, 20, (ctx) => {
        kept = new Array(1_000).fill(i);
        ctx.send('ok');
      });
    expect(kept).toBeDefined();
    const { averageMemory, averageCpu, isolated } = profiler.getReport()['GET:/a'] ?? {};
    expect(isolated?.samples).toBeGreaterThan(0);
    expect(isolated?.samples).toBeLessThanOrEqual(9);
    expect(averageMemory).toBeGreaterThan(1_000);
    expect(averageCpu).toBeGreaterThan(0);
  });

  test('requests that overlap have none, and none is made up', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a' }, 1, async (ctx) => {
      await run({ url: '/b' }, 1);
      ctx.send('ok');
    });
    for (const row of Object.values(profiler.getReport())) {
      expect(row).toMatchObject({
        averageMemory: null,
        averageCpu: null,
        isolated: { samples: 0, coverage: 0 },
      });
    }
    expect(profiler.getTotals().processCpuPerRequest).toBeGreaterThan(0);
  });

  test('sampleRate 0 measures nothing and counts all the same', async () => {
    const { profiler, run } = setUp({ sampleRate: 0 });
    await run({ url: '/a' });
    expect(profiler.getTotals()).toMatchObject({ count: 1, averageCpu: null });
  });
});

describe('recordMetrics', () => {
  test('takes the fields of the guide, of which only the duration is required', () => {
    const { profiler } = setUp();
    profiler.recordMetrics('GET:/a', {
      duration: 5,
      memory: { heapUsed: 100 },
      cpu: { user: 3, system: 4 },
      statusCode: 500,
    });
    profiler.recordMetrics('GET:/a', { duration: 15 });
    profiler.recordMetrics('nightly-job', { duration: 1 });
    profiler.recordMetrics('_overflow', { duration: 1 });
    expect(profiler.getReport()['GET:/a']).toMatchObject({
      count: 2,
      errorRate: 0.5,
      averageMemory: 100,
      averageCpu: 7,
    });
    expect(Object.keys(profiler.getReport())).toEqual(['GET:/a', 'nightly-job', ':_overflow']);
  });

  test('its ids are bounded like routes', () => {
    const { profiler } = setUp({ maxRoutes: 8 });
    for (let i = 0; i < 1_000; i++) profiler.recordMetrics(`job-${i}`, { duration: 1 });
    expect(Object.keys(profiler.getReport())).toHaveLength(9);
    expect(profiler.getTotals().count).toBe(1_000);
  });

  test.each([[NaN], [-1], [Infinity], ['5']])('refuses a duration of %s', (duration) => {
    const { profiler } = setUp();
    expect(() => profiler.recordMetrics('a', { duration: duration as number })).toThrow(/duration/);
  });
});

test('what workers serialise adds up', async () => {
  const parts = [setUp(), setUp()];
  for (const [i, { run }] of parts.entries()) {
    for (let n = 0; n < 10; n++) await run({ url: '/a' }, i === 0 ? 10 : 1_000);
  }
  const snapshots = parts.map(({ profiler }) => JSON.parse(JSON.stringify(profiler.serialize())));
  expect(mergeReports(snapshots)['GET:/a']).toMatchObject({
    count: 20,
    minDuration: 10,
    maxDuration: 1_000,
    averageDuration: 505,
  });
  const totals = mergeTotals(snapshots);
  expect(Math.abs(totals.p50 - 10) / 10).toBeLessThan(0.01);
  expect(totals.p99).toBeCloseTo(1_000, -1);
  expect(mergeTotals([])).toMatchObject({ count: 0, p50: 0 });
});

test('Server-Timing is off, and on when asked for', async () => {
  expect((await setUp().run({ url: '/a' })).ctx.res.getHeader('server-timing')).toBeUndefined();
  const { ctx } = await setUp({ serverTiming: true }).run({ url: '/a' }, 12);
  expect(ctx.res.getHeader('server-timing')).toBe('app;dur=12.00');
});

test('switched off or closed it only calls next', async () => {
  const off = setUp({ enabled: false });
  await off.run({ url: '/a' });
  expect(off.profiler.getTotals().count).toBe(0);
  const closed = setUp();
  await closed.profiler.close();
  await closed.profiler.close();
  await closed.run({ url: '/a' });
  expect(closed.profiler.getTotals().count).toBe(0);
});

test.each([
  [{ sampleRate: 2 }, 'sampleRate'],
  [{ slowThreshold: -1 }, 'slowThreshold'],
  [{ slowThreshold: 500, criticalThreshold: 100 }, 'criticalThreshold'],
  [{ maxRoutes: 0 }, 'maxRoutes'],
  [{ threshold: 1 }, 'threshold'],
])('refuses %j', (options, name) => {
  let error: unknown;
  try {
    new RequestProfiler(options as RequestProfilerOptions);
  } catch (thrown) {
    error = thrown;
  }
  expect(isSparkPerfError(error, 'SPARK_INVALID_OPTION') && error).toMatchObject({ option: name });
});
