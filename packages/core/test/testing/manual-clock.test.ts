import { expect, test } from '@jest/globals';
import { delay } from '../../src/index.js';
import { ManualClock } from '../../src/testing/index.js';

test('stands still until moved', () => {
  const clock = new ManualClock({ now: 5, wall: 1_000 });
  expect([clock.now(), clock.wallNow()]).toEqual([5, 1_000]);
  clock.advanceSync(10);
  expect([clock.now(), clock.wallNow()]).toEqual([15, 1_010]);
});

test('fires timers in the order of their time, then of their making', () => {
  const clock = new ManualClock();
  const seen: string[] = [];
  clock.setTimeout(() => seen.push(`b@${clock.now()}`), 20);
  clock.setTimeout(() => seen.push(`a@${clock.now()}`), 10);
  clock.setTimeout(() => seen.push(`c@${clock.now()}`), 20);
  clock.setTimeout(() => clock.setTimeout(() => seen.push(`d@${clock.now()}`), 5), 10);
  clock.advanceSync(30);
  expect(seen).toEqual(['a@10', 'd@15', 'b@20', 'c@20']);
});

test('awaited, a chain of waits is exact', async () => {
  const clock = new ManualClock();
  const at: number[] = [];
  const chain = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await delay(clock, 10);
      at.push(clock.now());
    }
  };
  const done = chain();
  await clock.advance(100);
  await done;
  expect(at).toEqual([10, 20, 30]);
  expect(clock.now()).toBe(100);
});

test('the wall clock steps alone, and the monotonic one alone', () => {
  const clock = new ManualClock();
  const wall = clock.wallNow();
  clock.stepWall(-5_000);
  expect([clock.now(), clock.wallNow() - wall]).toEqual([0, -5_000]);
  clock.stepNow(-100);
  expect([clock.now(), clock.wallNow() - wall]).toEqual([-100, -5_000]);
});

test('counts the timers that would hold the process', () => {
  const clock = new ManualClock();
  clock.setTimeout(() => {}, 10, { ref: true });
  const timer = clock.setTimeout(() => {}, 10);
  expect([clock.timers, clock.refTimers]).toEqual([2, 1]);
  timer.cancel();
  clock.advanceSync(10);
  expect(clock.timers).toBe(0);
});
