import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { systemClock } from '../src/index.js';

describe('systemClock', () => {
  test('now() never goes back', () => {
    let last = systemClock.now();
    for (let i = 0; i < 1_000; i++) {
      const now = systemClock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  test('wallNow() is the time since the epoch', () => {
    expect(Math.abs(systemClock.wallNow() - Date.now())).toBeLessThan(1_000);
  });

  test('a cancelled timer does not fire, and cancelling twice is harmless', async () => {
    let fired = false;
    const timer = systemClock.setTimeout(() => (fired = true), 1);
    timer.cancel();
    timer.cancel();
    await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 5, { ref: true }));
    expect(fired).toBe(false);
  });

  test('a delay beyond 2^31 - 1 ms does not fire at once', async () => {
    let fired = false;
    const timer = systemClock.setTimeout(() => (fired = true), 2 ** 31 + 10);
    await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 5, { ref: true }));
    timer.cancel();
    expect(fired).toBe(false);
  });

  test('only ref timers keep the process alive', () => {
    const program = (ref: boolean): string => `
      const { systemClock } = require('@spark-perf/core');
      systemClock.setTimeout(() => process.stdout.write('fired'), 20, { ref: ${ref} });`;
    const run = (ref: boolean) =>
      spawnSync(process.execPath, ['-e', program(ref)], { cwd: `${__dirname}/..`, encoding: 'utf8' });
    expect(run(true)).toMatchObject({ stdout: 'fired', status: 0 });
    expect(run(false)).toMatchObject({ stdout: '', status: 0 });
  });
});
