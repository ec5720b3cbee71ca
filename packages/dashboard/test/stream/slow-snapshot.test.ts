import { describe, expect, test } from '@jest/globals';
import { silentLogger } from '@spark-perf/core';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { History } from '../../src/snapshot/history.js';
import type { Snapshot } from '../../src/snapshot/snapshot.js';
import { LiveStream } from '../../src/stream/live-stream.js';

describe('a snapshot that is slow', () => {
  /** A stream whose snapshots are made when the test says so. */
  function slowStream() {
    const clock = new ManualClock();
    const begun: { readonly make: () => void; readonly fail: () => void }[] = [];
    let sequence = 0;
    const stream = new LiveStream({
      ...{ clock, interval: 1_000, maxViewers: 5, logger: silentLogger, history: new History() },
      take: () =>
        new Promise<Snapshot>((resolve, reject) => {
          const snapshot = { sequence: ++sequence } as Snapshot;
          begun.push({ make: () => resolve(snapshot), fail: () => reject(new Error('slow and broken')) });
        }),
      onViewers: () => {},
    });
    const open = () => {
      const ctx = fakeContext();
      stream.open(ctx, () => Promise.resolve(true));
      return () => [...ctx.sent().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    };
    return { clock, begun, stream, open };
  }

  test('delays the next, which is not begun meanwhile, whoever comes', async () => {
    const { clock, begun, stream, open } = slowStream();
    const first = open();
    await clock.advance(5_000);
    const second = open();
    await clock.advance(5_000);
    expect(begun).toHaveLength(1);
    begun[0]!.make();
    await clock.advance(999);
    expect([begun.length, first(), second()]).toEqual([1, [1], [1]]);
    await clock.advance(1);
    expect(begun).toHaveLength(2);
    begun[1]!.make();
    await clock.advance(0);
    expect([first(), second()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    stream.end();
  });

  test('and fails in the end holds nothing up', async () => {
    const { clock, begun, stream, open } = slowStream();
    const viewer = open();
    await clock.advance(3_000);
    begun[0]!.fail();
    await clock.advance(1_000);
    begun[1]!.make();
    await clock.advance(1_000);
    expect([begun.length, viewer()]).toEqual([3, [2]]);
    stream.end();
  });
});
