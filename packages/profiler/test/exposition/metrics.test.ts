import { afterAll, describe, expect, test } from '@jest/globals';
import type { MetricFamily, MetricSource } from '@spark-perf/core';
import { fakeContext } from '@spark-perf/core/testing';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '@spark-perf/core';
import type { LazyMetricSource } from '../../src/index.js';
import { MemoryLeakDetector, metrics, RequestProfiler, RuntimeMonitor } from '../../src/index.js';
import { parseOpenMetrics } from './open-metrics-parser.js';
import { OPEN as OPEN_METRICS, promtool, scraped } from './scraped.js';

const OPEN = 'application/openmetrics-text; version=1.0.0, text/plain;q=0.5';
const HOSTILE = '/a"b\\c\nd\\n{}=,é';

const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))));

async function serveMetrics(sources: MetricSource[]): Promise<string> {
  const handle = metrics({ sources });
  const server = createServer((req, res) => {
    const ctx = { ...fakeContext(), req, res, headers: req.headers, method: req.method ?? '' };
    void handle(ctx as Context, () => Promise.resolve());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function scrape(sources: MetricSource[], accept = '*/*'): Promise<{ type: string; text: string }> {
  const answer = await fetch(await serveMetrics(sources), { headers: { accept, connection: 'close' } });
  return { type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

async function busyProfiler(): Promise<RequestProfiler> {
  const profiler = new RequestProfiler();
  const serve = async (route: string, handler: (ctx: Context & { abort(): void }) => unknown) => {
    const ctx = fakeContext({ route });
    const closed = once(ctx.res, 'close');
    await profiler.middleware()(ctx, async () => void (await handler(ctx)));
    await closed;
  };
  await serve('/cities', (ctx) => ctx.send('ok'));
  await serve('/cities', (ctx) => ctx.status(500).send('no'));
  await serve(HOSTILE, (ctx) => ctx.send('ok'));
  await serve('/gone', (ctx) => {
    ctx.req.socket.on('error', () => undefined).destroy(new Error('read ECONNRESET'));
    ctx.abort();
    ctx.res.emit('close');
  });
  await serve('/half', (ctx) => {
    ctx.res.write('half');
    ctx.req.socket.on('error', () => undefined).destroy(new Error('read ECONNRESET'));
    ctx.abort();
    ctx.res.emit('close');
  });
  return profiler;
}

const everything = async (): Promise<MetricSource[]> => {
  const monitor = new RuntimeMonitor().start();
  const detector = new MemoryLeakDetector();
  monitor.stop();
  return [await busyProfiler(), monitor, detector];
};

test('promtool has nothing to say', async () => {
  const { text, type } = await scrape(await everything());
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(promtool(text)).toEqual({ status: 0, output: '' });
});

describe('OpenMetrics', () => {
  test('is read by a strict parser, under the names of OpenTelemetry', async () => {
    const { text, type } = await scrape(await everything(), OPEN);
    expect(type).toContain('application/openmetrics-text');
    const families = parseOpenMetrics(text);
    for (const name of [
      'http_server_request_duration_seconds',
      'http_server_active_requests',
      'nodejs_eventloop_delay_p99_seconds',
      'nodejs_eventloop_utilization_ratio',
      'v8js_gc_duration_seconds',
      'v8js_memory_heap_used_bytes',
    ])
      expect(families.has(name)).toBe(true);
  });

  test('an aborted request has error_type 499, and a status code only if one was sent', async () => {
    const families = parseOpenMetrics((await scrape([await busyProfiler()], OPEN)).text);
    const counts =
      families
        .get('http_server_request_duration_seconds')
        ?.samples.filter(({ name }) => name.endsWith('_count')) ?? [];
    const of = (route: string) => counts.filter(({ labels }) => labels.get('http_route') === route);
    expect(
      of('/gone').map(({ labels, value }) => [
        labels.get('error_type'),
        labels.get('http_response_status_code'),
        value,
      ]),
    ).toEqual([['499', undefined, 1]]);
    expect(
      of('/half').map(({ labels }) => [labels.get('error_type'), labels.get('http_response_status_code')]),
    ).toEqual([['499', '200']]);
    expect(of('/cities').map(({ labels }) => labels.get('error_type'))).toEqual([undefined, '500']);
  });

  test('hostile label values mean the same after they are unescaped', async () => {
    const families = parseOpenMetrics((await scrape([await busyProfiler()], OPEN)).text);
    const routes = families
      .get('http_server_active_requests')
      ?.samples.map(({ labels }) => labels.get('http_route'));
    expect(routes).toContain(HOSTILE);
  });
});

test('families of several sources are one, and one that fails does not take the others with it', async () => {
  const source = (pool: string): MetricSource => ({
    collect: () => [
      { name: 'pool_size', type: 'gauge', help: 'Size.', samples: [{ labels: { pool }, value: 1 }] },
    ],
  });
  const broken: MetricSource = {
    collect() {
      throw new Error('no');
    },
  };
  const families = parseOpenMetrics((await scrape([source('a'), broken, source('b')], OPEN)).text);
  expect(families.get('pool_size')?.samples.map(({ labels }) => labels.get('pool'))).toEqual(['a', 'b']);
  expect(families.get('spark_metrics_source_failures')?.samples[0]?.value).toBe(1);
});

test('a source that fails while it is rendered ends there, is counted once, and the others stand', async () => {
  const breaking = {
    *[Symbol.iterator]() {
      yield { labels: {}, value: 1 };
      throw new Error('no');
    },
  };
  const family = (name: string) => ({ name, type: 'gauge', help: 'Size.', samples: breaking }) as const;
  const lazy: LazyMetricSource = {
    collect: () => [],
    collectLazily: () => [family('pool_size'), family('pool_limit')],
  };
  const sound: MetricSource = {
    collect: () => [{ name: 'jobs', type: 'gauge', help: 'Jobs.', samples: [{ labels: {}, value: 2 }] }],
  };
  const { text, errors } = await scraped([lazy, { source: lazy, labels: { of: 'b' } }, sound], OPEN_METRICS);
  const families = parseOpenMetrics(text);
  for (const name of ['pool_size', 'pool_limit']) expect(families.get(name)?.samples).toHaveLength(2);
  expect(families.get('jobs')?.samples[0]?.value).toBe(2);
  expect(families.get('spark_metrics_source_failures')?.samples[0]?.value).toBe(2);
  expect(errors).toEqual(Array(4).fill('A metric source failed'));
});

test.each([
  ['a promise', Promise.resolve([])],
  ['nothing', undefined],
  ['an object', {}],
])('a source that gives %s instead of families has failed', async (_what, given) => {
  const source = { collect: () => given } as unknown as MetricSource;
  const { text, errors } = await scraped([source], OPEN_METRICS);
  const families = parseOpenMetrics(text);
  expect(families.get('spark_metrics_source_failures')?.samples[0]?.value).toBe(1);
  expect(errors).toEqual(['A metric source failed']);
});

test.each(['GET', 'HEAD'])('%s: no cache keeps the answer, which depends on Accept', async (method) => {
  const url = await serveMetrics([new RequestProfiler()]);
  const answer = await fetch(url, { method, headers: { accept: OPEN, connection: 'close' } });
  expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('vary')]).toEqual([
    ...[200, 'no-store', 'Accept'],
  ]);
  expect(answer.headers.get('content-type')).toContain('application/openmetrics-text');
  expect((await answer.text()).endsWith('# EOF\n')).toBe(method === 'GET');
});

test('what has been answered already is left alone', async () => {
  const ctx = fakeContext();
  ctx.send('mine');
  await metrics({ sources: [new RequestProfiler()] })(ctx, () => Promise.resolve());
  expect(ctx.sent()).toMatch(/mine$/);
  expect(ctx.sent()).not.toContain('no-store');
});

test('a long exposition lets others have their turn', async () => {
  const samples: MetricFamily['samples'] = Array.from({ length: 85_000 }, (_, i) => ({
    labels: { series: String(i), le: '0.1' },
    value: i,
  }));
  const source: MetricSource = { collect: () => [{ name: 'many', type: 'gauge', help: 'Many.', samples }] };
  let turns = 0;
  let done = false;
  const count = (): void => {
    turns++;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  const { text } = await scrape([source]);
  done = true;
  expect(text.match(/^many\{/gm)).toHaveLength(85_000);
  expect(turns).toBeGreaterThan(3);
});

test('a client that leaves ends it', async () => {
  const samples = Array.from({ length: 200_000 }, (_, i) => ({ labels: { series: String(i) }, value: i }));
  const ctx = fakeContext();
  const scraped = metrics({
    sources: [{ collect: () => [{ name: 'many', type: 'gauge', help: 'Many.', samples }] }],
  })(ctx, () => Promise.resolve());
  ctx.abort();
  await scraped;
  expect(ctx.res.destroyed).toBe(true);
});

test.each([[undefined], [{}], [[{}]], ['x']])('refuses sources %j', (sources) => {
  expect(() => metrics({ sources: sources as unknown as MetricSource[] })).toThrow(/sources/);
});
