import { expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { ABORT, PendingRecords } from '../../src/requests/pending-records.js';
import { RouteStats } from '../../src/requests/route-stats.js';

const counted = (row: RouteStats) => [
  row.count,
  row.totals(),
  row.durations.toJSON(),
  row.series.map(({ status, error, buckets, sum }) => [status, error, [...buckets], sum]),
];

test('in whatever batches they are counted, it is as if each had been at once', () => {
  const step = fc.record({
    row: fc.nat(2),
    duration: fc.double({ min: 0, max: 1e4, noNaN: true }),
    outcome: fc.constantFrom([200, 0], [404, 0], [200, 500], [503, 503], [0, ABORT], [200, ABORT]),
    sizes: fc.tuple(fc.nat(1e6), fc.nat(1e6)),
    read: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
      const make = () => [0, 1, 2].map((i) => new RouteStats('GET', `/${i}`));
      const [batched, atOnce] = [make(), make()];
      const pending = new PendingRecords();
      for (const { row, duration, outcome, sizes, read } of steps) {
        const [status = 0, error = 0] = outcome;
        pending.add(batched[row]!, duration, status, error, ...sizes);
        const other = atOnce[row]!;
        other.moved(...sizes);
        if (error === ABORT) other.wasAborted(duration, status);
        else other.answered(duration, status, error);
        if (read) pending.count();
      }
      pending.count();
      pending.count();
      expect(batched.map(counted)).toEqual(atOnce.map(counted));
    }),
    { seed: testSeed(), numRuns: soakCount(300) },
  );
});
