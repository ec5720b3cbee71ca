import { expect, test } from '@jest/globals';
import { every } from '../src/index.js';
import { ManualClock } from '../src/testing/index.js';

test('ticks at its interval until cancelled, without holding the process', () => {
  const clock = new ManualClock();
  let ticks = 0;
  const interval = every(clock, 10, () => ticks++);
  clock.advanceSync(35);
  expect(ticks).toBe(3);
  expect(clock.refTimers).toBe(0);
  interval.cancel();
  clock.advanceSync(100);
  expect(ticks).toBe(3);
  expect(clock.timers).toBe(0);
});

test('asks a function for each interval', () => {
  const clock = new ManualClock();
  const at: number[] = [];
  let next = 0;
  every(
    clock,
    () => (next += 10),
    () => at.push(clock.now()),
  );
  clock.advanceSync(60);
  expect(at).toEqual([10, 30, 60]);
});

test('can be cancelled from inside its tick', () => {
  const clock = new ManualClock();
  let ticks = 0;
  const interval = every(clock, 10, () => {
    ticks++;
    interval.cancel();
  });
  clock.advanceSync(100);
  expect(ticks).toBe(1);
});

test('goes on after a tick that throws', () => {
  const clock = new ManualClock();
  let ticks = 0;
  every(clock, 10, () => {
    ticks++;
    throw new Error('tick');
  });
  expect(() => clock.advanceSync(10)).toThrow('tick');
  expect(() => clock.advanceSync(10)).toThrow('tick');
  expect(ticks).toBe(2);
});
