import { expect, test } from '@jest/globals';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { Readable } from 'node:stream';
import { sendHeapSnapshot } from '../../src/actions/send-heap-snapshot.js';

test('a client that has not taken all of it after ten minutes is let go, and the snapshot with it', async () => {
  const clock = new ManualClock();
  const ctx = fakeContext();
  (ctx.req.socket as unknown as { _write: unknown })._write = () => undefined;
  const snapshot = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(16 * 1024, 'x');
    })(),
  );
  const sent = sendHeapSnapshot(ctx, clock, () => snapshot);
  await waitFor(() => ctx.res.writableNeedDrain);
  expect([ctx.responded, ctx.statusCode]).toEqual([true, 200]); // the host must not answer as well
  clock.advanceSync(599_999);
  expect(ctx.res.destroyed).toBe(false);
  clock.advanceSync(1);
  await sent;
  expect([ctx.res.destroyed, snapshot.destroyed, clock.timers]).toEqual([true, true, 0]);
});
