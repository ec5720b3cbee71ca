import { expect, test } from '@jest/globals';
import { withDeadline } from '../src/index.js';
import { ManualClock } from '../src/testing/index.js';

const onTimeout = (): Error => new Error('too late');

test('passes a value or an error on and cancels its timer', async () => {
  const clock = new ManualClock();
  await expect(withDeadline(clock, Promise.resolve(1), 10, { onTimeout })).resolves.toBe(1);
  await expect(withDeadline(clock, Promise.reject(new Error('own')), 10, { onTimeout })).rejects.toThrow(
    'own',
  );
  expect(clock.timers).toBe(0);
});

test('rejects when the time is over, and hands a late value to onLate', async () => {
  const clock = new ManualClock();
  let resolve!: (value: string) => void;
  const late: string[] = [];
  const slow = new Promise<string>((r) => (resolve = r));
  const waits = withDeadline(clock, slow, 10, { onTimeout, onLate: (value) => late.push(value) });
  const outcome = expect(waits).rejects.toThrow('too late');
  await clock.advance(10);
  await outcome;
  resolve('claim');
  await slow;
  await clock.advance(0);
  expect(late).toEqual(['claim']);
});

test('swallows a late rejection', async () => {
  const clock = new ManualClock();
  let reject!: (error: Error) => void;
  const slow = new Promise<string>((_, r) => (reject = r));
  const outcome = expect(withDeadline(clock, slow, 10, { onTimeout })).rejects.toThrow('too late');
  await clock.advance(10);
  await outcome;
  reject(new Error('nobody cares'));
  await clock.advance(1); // an unhandled rejection would fail the run
});

test('an abort rejects with its reason and leaves no listener', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const never = new Promise<never>(() => {});
  const waits = withDeadline(clock, never, 10, { onTimeout, signal: controller.signal });
  controller.abort(new Error('gone'));
  await expect(waits).rejects.toThrow('gone');
  expect(clock.timers).toBe(0);
});

test('Infinity arms no timer', async () => {
  const clock = new ManualClock();
  const waits = withDeadline(clock, Promise.resolve('x'), Infinity, { onTimeout });
  expect(clock.timers).toBe(0);
  await expect(waits).resolves.toBe('x');
});
