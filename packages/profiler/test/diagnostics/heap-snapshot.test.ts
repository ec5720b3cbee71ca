import { expect, jest, test } from '@jest/globals';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { once } from 'node:events';
import os from 'node:os';
import { freeMemory, hasRoomForSnapshot, sendHeapSnapshot } from '../../src/diagnostics/heap-snapshot.js';

/** A snapshot in many pieces, which tells how many were taken and whether it was let go. */
function pieces(count: number) {
  const taken = { pieces: 0, over: false };
  const make = async function* () {
    try {
      for (let i = 0; i < count; i++) {
        taken.pieces++;
        await new Promise((resolve) => setImmediate(resolve));
        yield Buffer.alloc(16 * 1024, 'x');
      }
    } finally {
      taken.over = true;
    }
  };
  return { taken, make };
}

/** A context whose response is told when its socket has drained, as Node's server does. */
function context() {
  const ctx = fakeContext();
  ctx.req.socket.on('drain', () => ctx.res.emit('drain'));
  return ctx;
}

test('is sent whole', async () => {
  const clock = new ManualClock();
  const ctx = context();
  const { taken, make } = pieces(8);
  const closed = once(ctx.res, 'close');
  await sendHeapSnapshot(ctx, clock, make);
  await closed;
  expect(taken).toEqual({ pieces: 8, over: true });
  expect(ctx.sent().split('x').length - 1).toBe(8 * 16 * 1024);
  expect(ctx).toMatchObject({ responded: true, statusCode: 200 });
});

test('a client that takes nothing for 30 s is let go, and the snapshot with it', async () => {
  const clock = new ManualClock();
  const ctx = fakeContext();
  (ctx.req.socket as unknown as { _write: unknown })._write = () => undefined;
  const { taken, make } = pieces(10_000);
  const sent = sendHeapSnapshot(ctx, clock, make);
  await waitFor(() => clock.timers === 1);
  clock.advanceSync(29_999);
  expect(ctx.res.destroyed).toBe(false);
  clock.advanceSync(1);
  await sent;
  expect(ctx.res.destroyed).toBe(true);
  expect(taken.over).toBe(true);
  expect(taken.pieces).toBeLessThan(20);
});

test('a client that leaves ends it', async () => {
  const ctx = context();
  const { taken, make } = pieces(10_000);
  const sent = sendHeapSnapshot(ctx, new ManualClock(), make);
  await waitFor(() => taken.pieces > 2);
  ctx.res.destroy();
  await sent;
  expect(taken.over).toBe(true);
});

test('a snapshot that fails on the way is torn off, not ended as if it were whole', async () => {
  const ctx = fakeContext();
  await sendHeapSnapshot(ctx, new ManualClock(), () => ({
    async *[Symbol.asyncIterator]() {
      yield Buffer.from('half');
      await Promise.reject(new Error('out of memory'));
    },
  }));
  expect(ctx.res.destroyed).toBe(true);
  expect(ctx.res.writableFinished).toBe(false);
});

test('twice the heap must be free', () => {
  const usage = { ...process.memoryUsage(), heapUsed: 1_000 };
  const asked = jest.spyOn(process, 'memoryUsage').mockReturnValue(usage);
  try {
    expect([1_999, 2_000, Infinity].map(hasRoomForSnapshot)).toEqual([false, true, true]);
  } finally {
    asked.mockRestore();
  }
  expect(freeMemory()).toBeGreaterThanOrEqual(0);
  expect(Number.isFinite(freeMemory())).toBe(true);
});

test.each([
  ['no limit of its own', 0, 5_000],
  ['a limit that leaves less than the machine has', 104_000, 4_000],
  ['a limit that leaves more', 2 ** 53, 5_000],
  ['a limit that it has passed', 99_000, 0],
])('a process with %s has so much free', (_name, limit, free) => {
  jest.spyOn(process, 'constrainedMemory').mockReturnValue(limit);
  jest.spyOn(process.memoryUsage, 'rss').mockReturnValue(100_000);
  jest.spyOn(os, 'freemem').mockReturnValue(5_000);
  try {
    expect(freeMemory()).toBe(free);
  } finally {
    jest.restoreAllMocks();
  }
});
