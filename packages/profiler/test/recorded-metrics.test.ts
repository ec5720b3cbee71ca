import { expect, test } from '@jest/globals';
import { fakeContext } from '@spark-perf/core/testing';
import { requestBytes } from '../src/requests/request-bytes.js';
import type { TrackedRequest } from '../src/requests/tracked-request.js';
import { setUp } from './profiled-requests.js';

test('a method is told by its capitals before the colon, a long id is cut', () => {
  const { profiler } = setUp();
  for (const id of ['POST:/a', 'get:/a', ':x', 'Mail:sent', 'x'.repeat(1_000)])
    profiler.recordMetrics(id, { duration: 1 });
  const keys = ['POST:/a', 'get:/a', ':x', 'Mail:sent', 'x'.repeat(256)];
  expect(Object.keys(profiler.getReport())).toEqual(keys);
});

test('a status that is none is a success, memory and CPU that are none are no samples', () => {
  const { profiler } = setUp();
  profiler.recordMetrics('job', { duration: 1, statusCode: 404.5, memory: { heapUsed: NaN } });
  profiler.recordMetrics('job', { duration: 1, statusCode: 404, cpu: { user: NaN, system: 1 } });
  profiler.recordMetrics('job', { duration: 1, statusCode: 500, cpu: { user: 6, system: 2 } });
  expect(profiler.getReport()['job']).toMatchObject({
    ...{ count: 3, averageMemory: null, averageCpu: 8, isolated: { samples: 1, coverage: 1 / 3 } },
    statusClasses: { '2xx': 1, '3xx': 0, '4xx': 1, '5xx': 1 },
  });
});

test.each([[''], [undefined], [5]])('refuses an id of %j', (id) => {
  expect(() => setUp().profiler.recordMetrics(id as string, { duration: 1 })).toThrow(/`id`/);
});

test('refuses metrics that are none', () => {
  expect(() => setUp().profiler.recordMetrics('a', undefined as never)).toThrow(/`duration`/);
});

test('nothing is recorded by a profiler that is closed or switched off', async () => {
  const [closed, off] = [setUp(), setUp({ enabled: false })];
  await closed.profiler.close();
  for (const { profiler } of [closed, off]) {
    profiler.recordMetrics('job', { duration: 1 });
    expect(profiler.getTotals()).toMatchObject({ count: 0, processCpuPerRequest: null });
    expect(profiler.getReport()).toEqual({});
  }
});

test('getStats tells how the table of routes is filled', () => {
  const { profiler } = setUp({ maxRoutes: 2 });
  for (const id of ['a', 'b', 'c', 'd']) profiler.recordMetrics(id, { duration: 1 });
  expect(profiler.getStats()).toMatchObject({ routes: 2, overflowed: 2, evictions: 0 });
  for (let i = 0; i < 8; i++) profiler.recordMetrics('e', { duration: 1 });
  expect(profiler.getStats()).toMatchObject({ routes: 2, evictions: 1, totals: { count: 12 } });
});

test.each([
  ['what was announced', 'POST', { 'content-length': '12' }, 5, 12],
  ['what was received', 'POST', { 'transfer-encoding': 'chunked' }, 5, 5],
  ['what a parser has kept', 'POST', {}, 0, 3],
  ['nothing, of an announcement that is none', 'POST', { 'content-length': 'x' }, 5, 0],
  ['nothing, of a GET', 'GET', { 'content-length': '12' }, 5, 0],
  ['nothing, of a HEAD', 'HEAD', { 'content-length': '12' }, 5, 0],
])('the bytes of a request are %s', (_name, method, headers, received, expected) => {
  const ctx = Object.assign(fakeContext({ method, headers }), { rawBody: Buffer.from('abc') });
  expect(requestBytes(ctx, { received } as TrackedRequest)).toBe(expected);
});

test('a request without a body that anybody knows of has none', () => {
  expect(requestBytes(fakeContext({ method: 'POST' }), { received: 0 } as TrackedRequest)).toBe(0);
});
