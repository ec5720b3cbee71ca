import { expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GcPauses } from '../../src/runtime/gc-pauses.js';

const MAJOR = 4;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

test('a pause belongs to the first edge that it does not exceed', () => {
  const gc = new GcPauses();
  gc.take(
    [0, 10, 10.1, 100, 1_000, 10_000, 10_001].map((duration) => ({ duration, detail: { kind: MAJOR } })),
  );
  expect(gc.report().major).toEqual({ count: 7, total: 21_121.1, max: 10_001, buckets: [2, 2, 1, 1, 1] });
});

test('a report stays as it was made', () => {
  const gc = new GcPauses();
  gc.take([{ duration: 1, detail: { kind: MAJOR } }]);
  const before = gc.report();
  gc.take([{ duration: 2, detail: { kind: MAJOR } }, { duration: 3 }]);
  expect(before.major).toEqual({ count: 1, total: 1, max: 1, buckets: [1, 0, 0, 0, 0] });
  expect(gc.report().major).toMatchObject({ count: 2, total: 3, max: 2 });
});

test('started twice it counts once; stopped it keeps what it has, and can be started anew', async () => {
  const gc = new GcPauses();
  gc.stop();
  gc.start();
  gc.start();
  collect();
  await waitFor(() => gc.report().major.count >= 1);
  const { count } = gc.report().major;
  collect();
  gc.stop();
  gc.stop();
  const stopped = gc.report().major.count;
  expect(stopped).toBeGreaterThanOrEqual(count);
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  expect(gc.report().major.count).toBe(stopped);
  gc.start();
  collect();
  await waitFor(() => gc.report().major.count > stopped);
  gc.stop();
});
