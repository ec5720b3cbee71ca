import { expect, test } from '@jest/globals';
import type { ProcessReport, SourceReport } from '../../src/report/process-report.js';
import { profileReading } from '../../src/report/profile-reading.js';
import { sourceGroups } from '../../src/snapshot/source-group.js';
import { FakeProfiler } from '../support/fake-profiler.js';
import { families } from '../support/fake-source.js';

const pool = (borrowed: number): SourceReport => ({
  name: 'pool',
  kind: 'pool',
  families: families('counter', { spark_pool_borrowed: borrowed }),
});
const process = (pid: number, ...sources: SourceReport[]): ProcessReport => ({
  pid,
  name: `worker ${pid}`,
  uptime: 1,
  events: [],
  sources,
});

test('sources of one name are one, with what is gone; other kinds of that name are left out', () => {
  const impostor: SourceReport = { name: 'pool', kind: 'cache', families: [] };
  const groups = sourceGroups(
    [process(1, pool(3)), process(2, pool(4)), process(3, impostor)],
    [pool(10)],
    1,
  );
  expect(groups).toHaveLength(1);
  expect(groups[0]?.parts.map(({ pid, own }) => [pid, own])).toEqual([
    [1, true],
    [2, false],
  ]);
  expect(groups[0]?.figures.total('spark_pool_borrowed')).toBe(17);
});

test('traffic of workers that are all gone still counts, other sources leave with them', () => {
  const profiler = new FakeProfiler();
  profiler.serve(100);
  const profile = profileReading(profiler.serialize());
  const gone: SourceReport[] = [{ name: 'api', kind: 'profiler', families: [], profile }, pool(10)];
  const groups = sourceGroups([process(1)], gone, 1);
  expect(groups.map(({ name, parts }) => [name, parts.length])).toEqual([['api', 0]]);
  expect(groups[0]?.profile?.routes.reduce((sum, { count }) => sum + count, 0)).toBe(profiler.requests);
});
