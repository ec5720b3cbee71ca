import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import type { WindowPolicy } from '../../src/policy.js';
import { windowPolicy } from '../../src/policy.js';
import { MapWindowStore } from '../../src/stores/map-window-store.js';
import { MemoryWindowStore } from '../../src/stores/memory-window-store.js';
import type { SyncWindows, SyncWindowStore, WindowOutcome } from '../../src/window-store.js';
import { ExactLog } from '../exact-log.js';

const stores: [string, (clock: ManualClock) => SyncWindowStore][] = [
  ['memory', (clock) => new MemoryWindowStore({ clock, maxKeys: 256 })],
  ['map', (clock) => new MapWindowStore({ clock })],
];

const policy = fc
  .record({
    maxRequests: fc.oneof(
      fc.integer({ min: 1, max: 32 }),
      fc.integer({ min: 33, max: 200 }),
      fc.constant(70_000),
    ),
    windowSize: fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 41, max: 5_000 }),
      fc.constant(60_000),
    ),
    buckets: fc.integer({ min: 5, max: 130 }),
  })
  .map(({ maxRequests, windowSize, buckets }) => ({
    maxRequests,
    windowSize,
    precision: Math.max(1, windowSize / buckets),
  }));

/** A move in time, as a share of the first window, and what is asked then. */
const move = fc.record({
  kind: fc.constantFrom('wait', 'wait', 'wait', 'edge', 'wall', 'back'),
  share: fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 0.05, noNaN: true }),
    fc.double({ min: 0, max: 1.3, noNaN: true }),
  ),
  burst: fc.integer({ min: 0, max: 40 }),
  weight: fc.oneof(fc.constant(1), fc.constant(1), fc.integer({ min: 0, max: 40 })),
  refund: fc.boolean(),
  key: fc.constantFrom('a', 'a', 'b'),
});

/** Units that may be held too long: those of the step that the window has partly left behind. */
function heldTooLong(log: ExactLog, { windowSize, unit, scale, exact }: WindowPolicy, time: number): number {
  if (exact) return 0;
  const bucket = unit / scale;
  return log.inWindow(time, windowSize + Math.ceil(bucket)) - log.inWindow(time, windowSize);
}

describe.each(stores)('%s store', (_name, open) => {
  test('admits no more than the limit in any window, and refuses only what the buckets explain', () => {
    const property = fc.property(
      fc.array(policy, { minLength: 1, maxLength: 3 }),
      fc.array(move, { minLength: 1, maxLength: 25 }),
      (raw, moves) => {
        const policies = raw.map((one, index) => windowPolicy({ name: `p${index}`, ...one }));
        const clock = new ManualClock({ now: 0.25 });
        const store = open(clock);
        const windows = store.open({ namespace: '', policies, countRejected: false, concurrency: 0 });
        const logs = { a: new ExactLog(), b: new ExactLog() };
        let time = 0; // ours: what the clock has advanced, backward steps left out
        for (const { kind, share, burst, weight, refund, key } of moves) {
          const window = (policies[0] as WindowPolicy).windowSize;
          if (kind === 'wall') clock.stepWall(share * 1e6 - 5e5);
          else if (kind === 'back') {
            clock.stepNow(-Math.floor(share * window)); // whole milliseconds, or sums of fractions are off by one
          } else {
            const by = kind === 'edge' ? window + Math.round(share * 3) - 1 : Math.floor(share * window);
            clock.stepNow(by);
            time += by;
          }
          windows.peek(key, 1); // a step is only seen by who looks
          askAll(windows, policies, logs[key], time, burst, weight, key, refund);
        }
        void store.close();
      },
    );
    fc.assert(property, { seed: testSeed(), numRuns: soakCount(100_000) });
  });
});

function askAll(
  windows: SyncWindows,
  policies: readonly WindowPolicy[],
  log: ExactLog,
  time: number,
  burst: number,
  weight: number,
  key: string,
  refund: boolean,
): void {
  for (let i = 0; i < burst; i++) {
    const outcome = windows.consume(key, weight);
    const { allowed, at } = outcome;
    if (at !== time) expect(at).toBe(time);
    for (const [index, policy] of policies.entries()) {
      const used = log.inWindow(time, policy.windowSize);
      if (allowed && used + weight > policy.maxRequests)
        throw new Error(`${policy.name}: ${used} + ${weight} admitted`);
      const left = outcome.remaining[index] as number;
      if (left > policy.maxRequests - used - (allowed ? weight : 0))
        throw new Error(`${left} left, ${used} used`);
      const slack = heldTooLong(log, policy, time);
      if (left < policy.maxRequests - used - slack - (allowed ? weight : 0))
        throw new Error(`only ${left} left, ${used} used, ${slack} held`);
    }
    if (!allowed) checkWaits(outcome, policies, log, time, weight);
    if (allowed) log.add(time, weight);
    if (!allowed) break;
    if (refund && i % 3 === 0 && weight > 0) {
      windows.refund(key, weight, at);
      log.removeLast();
    }
  }
}

/** The wait is exact: no sooner does the cost fit, and no later than a bucket after it would fit an exact log. */
function checkWaits(
  outcome: WindowOutcome,
  policies: readonly WindowPolicy[],
  log: ExactLog,
  time: number,
  weight: number,
): void {
  for (const [index, policy] of policies.entries()) {
    const { name, maxRequests, windowSize, exact, unit, scale } = policy;
    const wait = outcome.retryAfter[index] as number;
    const excess = log.inWindow(time, windowSize) + weight - maxRequests;
    const soonest = excess > 0 ? log.whenGone(time, windowSize, excess) - time : 0;
    if (weight > maxRequests) {
      if (wait !== Infinity) throw new Error(`${name}: never fits, told to wait ${wait}`);
    } else if (wait < soonest || wait > soonest + (exact ? 0 : Math.ceil(unit / scale)))
      throw new Error(`${name}: told to wait ${wait}, fits after ${soonest}`);
  }
}
