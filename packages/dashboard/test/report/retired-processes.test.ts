import { expect, test } from '@jest/globals';
import type { ProcessReport } from '../../src/report/process-report.js';
import { profileReading } from '../../src/report/profile-reading.js';
import { RetiredProcesses } from '../../src/report/retired-processes.js';
import { FakeProfiler } from '../support/fake-profiler.js';
import { families } from '../support/fake-source.js';

function reportOf(profiler: FakeProfiler): ProcessReport {
  const profile = profileReading(profiler.serialize());
  return {
    pid: 1,
    name: 'worker 1',
    uptime: 1,
    events: [],
    sources: [
      { name: 'profiler', kind: 'profiler', families: [], profile },
      {
        name: 'pool',
        kind: 'pool',
        families: [
          ...families('counter', { spark_pool_borrowed: 4 }),
          ...families('gauge', { spark_pool_waiters: 2 }),
        ],
      },
    ],
  };
}

test('counts of all that are gone add up; what they held is gone with them; routes stay bounded', () => {
  const retired = new RetiredProcesses();
  let requests = 0;
  for (let i = 0; i < 30; i++) {
    const routes = Array.from({ length: 40 }, (_, n) => ({
      method: 'GET',
      route: `/${i}/${n}`,
      weight: 1,
      ms: 1,
      failures: 0,
    }));
    const profiler = new FakeProfiler(i + 1, routes);
    profiler.serve(80);
    requests += profiler.requests;
    retired.add(reportOf(profiler));
  }
  const [traffic, pool] = retired.list();
  const rows = traffic?.profile?.routes ?? [];
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(requests);
  expect(rows.length).toBeLessThanOrEqual(513);
  expect(rows.every(({ inFlight, recent }) => inFlight === 0 && recent.length === 0)).toBe(true);
  expect(pool?.families.map(({ name, samples }) => [name, samples[0]?.value])).toEqual([
    ['spark_pool_borrowed', 120],
  ]);
});

test('what has no routes has none when two are added up', () => {
  const retired = new RetiredProcesses();
  for (let i = 0; i < 2; i++) retired.add(reportOf(new FakeProfiler(1)));
  const [profiler, pool] = retired.list();
  expect(profiler).toHaveProperty('profile');
  expect(pool).not.toHaveProperty('profile');
  expect(pool?.families[0]?.samples).toEqual([{ labels: {}, value: 8 }]);
});
