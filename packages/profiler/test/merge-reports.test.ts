import { describe, expect, test } from '@jest/globals';
import { isSparkPerfError } from '@spark-perf/core';
import type { ProfilerSnapshot } from '../src/index.js';
import { mergeReports, mergeTotals } from '../src/index.js';
import { setUp } from './profiled-requests.js';

const overIpc = (snapshot: ProfilerSnapshot) => JSON.parse(JSON.stringify(snapshot)) as ProfilerSnapshot;

/** A process that has served `perSecond` requests a second for five minutes, `together` of them at once. */
async function worker(perSecond: number, together: number): Promise<ProfilerSnapshot> {
  const { clock, profiler, run } = setUp();
  const nested = (depth: number): Promise<unknown> =>
    run({ url: '/a' }, 1, async (ctx) => {
      if (depth > 1) await nested(depth - 1);
      ctx.send('ok');
    });
  await nested(together);
  for (let second = 0; second < 300; second++) {
    for (let i = 0; i < perSecond; i++) profiler.recordMetrics('GET:/a', { duration: 2, statusCode: 404 });
    await clock.advance(1_000);
  }
  return overIpc(profiler.serialize());
}

describe('reports of several processes', () => {
  test('rates, counts and the most in flight are sums; averages and shares are of all', async () => {
    const parts = [await worker(2, 3), await worker(5, 4)];
    const { 'GET:/a': merged } = mergeReports(parts);
    expect(merged?.rates['10s']).toBeCloseTo(7, 1);
    expect(merged?.rates['1m']).toBeCloseTo(7, 1);
    expect(merged?.rates['5m']).toBeCloseTo(7, 0);
    expect(merged).toMatchObject({ inFlightMax: 7, inFlight: 0, count: 3 + 4 + 2_100, timeShare: 1 });
    expect(merged?.statusClasses).toEqual({ '2xx': 7, '3xx': 0, '4xx': 2_100, '5xx': 0 });
    expect(merged?.clientErrorRate).toBeCloseTo(2_100 / 2_107, 10);
    expect(merged?.recent.count).toBe(60 * 7); // the last turn of a minute has just ended
    const totals = mergeTotals(parts);
    expect(totals.rates).toEqual(merged?.rates);
    expect(totals).toMatchObject({ count: 2_107, inFlightMax: 7 });
  });

  test('one part alone is the report of its process', async () => {
    const { profiler, run } = setUp();
    await run({ url: '/a' }, 12);
    await run({ url: '/b', method: 'POST', headers: { 'content-length': '9' } }, 30, (ctx) =>
      ctx.status(503).send('no'),
    );
    const merged = mergeReports([overIpc(profiler.serialize())]);
    const own = profiler.getReport();
    // Memory of an isolated request survives as well: sums and numbers of samples travel.
    expect(merged).toEqual(own);
    const { processCpuPerRequest: _own, ...totals } = profiler.getTotals();
    expect(mergeTotals([overIpc(profiler.serialize())])).toEqual(totals);
  });

  test('routes that only one of them has are all there', async () => {
    const [one, two] = [setUp(), setUp()];
    await one.run({ url: '/a' }, 10);
    await two.run({ url: '/b' }, 30);
    const merged = mergeReports([one, two].map(({ profiler }) => overIpc(profiler.serialize())));
    expect(Object.keys(merged).sort()).toEqual(['GET:/a', 'GET:/b']);
    expect([merged['GET:/a']?.timeShare, merged['GET:/b']?.timeShare]).toEqual([0.25, 0.75]);
  });
});

describe('a part of another version is refused, and named', () => {
  test.each([
    ['a damaged one', { version: 1, routes: [] }, 'parts[1].inFlightMax', 'must be a number'],
    ['a later version', { version: 2, routes: [] }, 'parts[1].version', 'must be 1, got 2'],
    ['none', { routes: [] }, 'parts[1].version', 'must be 1, got undefined'],
    ['no snapshot', { version: 1 }, 'parts[1]', 'must be a snapshot'],
    ['nothing', null, 'parts[1]', 'must be a snapshot, got null'],
  ])('%s', (_name, part, option, message) => {
    const parts = [setUp().profiler.serialize(), part as unknown as ProfilerSnapshot];
    for (const merge of [mergeReports, mergeTotals]) {
      let error: unknown;
      try {
        merge(parts);
      } catch (thrown) {
        error = thrown;
      }
      expect(isSparkPerfError(error, 'SPARK_INVALID_OPTION') && error).toMatchObject({ option });
      expect(String(error)).toContain(message);
    }
  });

  test('a list is asked for', () => {
    const part = setUp().profiler.serialize() as unknown as ProfilerSnapshot[];
    expect(() => mergeReports(part)).toThrow(/`parts` must be a list of snapshots/);
  });
});
