import { expect, test } from '@jest/globals';
import { delay } from '../src/index.js';
import { ManualClock } from '../src/testing/index.js';

test('resolves after its time, on a timer that holds the process', async () => {
  const clock = new ManualClock();
  const waits = delay(clock, 10).then(() => clock.now());
  expect(clock.refTimers).toBe(1);
  await clock.advance(50);
  expect(await waits).toBe(10);
});

test('an abort ends it with the reason and cancels its timer', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const waits = delay(clock, 10, { signal: controller.signal });
  controller.abort(new Error('no longer needed'));
  await expect(waits).rejects.toThrow('no longer needed');
  expect(clock.timers).toBe(0);
});

test('an aborted signal rejects at once', async () => {
  const clock = new ManualClock();
  await expect(delay(clock, 10, { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow('early');
  expect(clock.timers).toBe(0);
});
