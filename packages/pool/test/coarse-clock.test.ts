import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { CoarseClock } from '../src/coarse-clock.js';

test('is exact when seldom read, never older than 50 ms or 32 readings, and rests when nobody reads', async () => {
  const clock = new ManualClock();
  let ticks = 0;
  const coarse = new CoarseClock(clock, () => ticks++);
  expect(clock.timers).toBe(0);
  for (let i = 0; i < 31; i++) {
    clock.stepNow(1);
    expect(coarse.read()).toBe(clock.now());
    expect(coarse.exact).toBe(true);
  }
  let worst = 0;
  for (let i = 0; i < 1_000; i++) {
    clock.stepNow(1);
    worst = Math.max(worst, clock.now() - coarse.read());
  }
  expect(worst).toBeLessThanOrEqual(32);
  expect(coarse.exact).toBe(false);
  await clock.advance(50);
  expect(clock.now() - coarse.now).toBeLessThanOrEqual(50);
  expect(coarse.read()).toBe(clock.now());
  await clock.advance(200);
  expect(clock.timers).toBe(0);
  expect(ticks).toBeGreaterThanOrEqual(3);
});
