import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { SequenceWatch } from '../../src/coherence/sequence-watch.js';

let clock: ManualClock;
let gaps: number;
let watch: SequenceWatch;
beforeEach(() => {
  clock = new ManualClock();
  gaps = 0;
  watch = new SequenceWatch(clock, () => gaps++);
});
afterEach(() => watch.close());

const hear = (...numbers: number[]): void => numbers.forEach((number) => watch.note('a', number));

test.each<[string, number[], number]>([
  ['one after the other, from where it stands', [7, 8, 9], 0],
  ['one is missing', [1, 3], 1],
  ['two are missing, and one comes', [1, 4, 2], 1],
  ['all come, overtaken', [1, 4, 3, 2], 0],
  ['the same twice', [1, 2, 2, 1, 3], 0],
  ['less than the first', [5, 1], 0],
])('%s', async (_name, numbers, expected) => {
  hear(...numbers);
  expect(gaps).toBe(0);
  await clock.advance(50);
  expect(gaps).toBe(expected);
  // Told once.
  await clock.advance(1_000);
  expect(gaps).toBe(expected);
});

test('each sender has numbers of its own', async () => {
  watch.note('a', 1);
  watch.note('b', 5);
  watch.note('a', 2);
  watch.note('b', 6);
  await clock.advance(100);
  expect(gaps).toBe(0);
});

test('a gap of one is told of though others send on without one', async () => {
  watch.note('b', 1);
  hear(1, 3);
  watch.note('b', 2);
  await clock.advance(50);
  expect(gaps).toBe(1);
});

test('a leap is a gap at once; up to 256 may still come', async () => {
  hear(1, 258);
  expect([gaps, clock.timers]).toEqual([1, 0]);
  hear(514);
  expect(gaps).toBe(1);
  await clock.advance(50);
  expect(gaps).toBe(2);
});

test('after a gap the next one is another', async () => {
  hear(1, 3);
  await clock.advance(50);
  hear(5);
  await clock.advance(50);
  expect(gaps).toBe(2);
});

test('a new subscription begins anew', async () => {
  hear(1, 3);
  watch.reset();
  hear(9);
  await clock.advance(50);
  expect(gaps).toBe(0);
});

test('what is no number is not counted; closed, no timer is left', async () => {
  hear(1, NaN, 1.5, 2);
  await clock.advance(50);
  expect(gaps).toBe(0);
  hear(9);
  watch.close();
  expect(clock.timers).toBe(0);
});
