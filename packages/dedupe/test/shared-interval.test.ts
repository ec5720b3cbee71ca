import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { SharedInterval } from '../src/shared-interval.js';

test('each is called once per interval from its own start on, all of them on one timer', () => {
  const clock = new ManualClock();
  const interval = new SharedInterval(clock, 100);
  const beats: string[] = [];
  const start = (name: string) => interval.start(() => beats.push(`${name}@${clock.now()}`));
  start('a');
  clock.advanceSync(30);
  start('b');
  expect(clock.timers).toBe(1);
  clock.advanceSync(220);
  expect(beats).toEqual(['a@100', 'b@130', 'a@200', 'b@230']);
  expect(clock.timers).toBe(1);
  interval.close();
  expect(clock.timers).toBe(0);
});

test('what was cancelled is called no more, and when all are the timer is not set again', () => {
  const clock = new ManualClock();
  const interval = new SharedInterval(clock, 100);
  let beats = 0;
  const first = interval.start(() => beats++);
  const second = interval.start(() => {
    beats++;
    second.cancel(); // from within
    second.cancel();
  });
  first.cancel();
  clock.advanceSync(100);
  expect(beats).toBe(1);
  clock.advanceSync(1_000);
  expect([beats, clock.timers]).toEqual([1, 0]);
  interval.start(() => beats++);
  clock.advanceSync(100);
  expect(beats).toBe(2);
});

test('10,000 that come and go set one timer', () => {
  const clock = new ManualClock();
  const interval = new SharedInterval(clock, 100);
  for (let i = 0; i < 10_000; i++) interval.start(() => {}).cancel();
  expect(clock.timers).toBe(1);
});
