import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { windowPolicy } from '../../src/policy.js';
import { MapWindowStore } from '../../src/stores/map-window-store.js';
import { windowStoreTests } from '../../src/testing/index.js';

describe('the contract', () => {
  const tests = windowStoreTests(async () => {
    const clock = new ManualClock();
    const store = new MapWindowStore({ clock });
    return { store, step: (ms) => clock.stepNow(ms), dispose: async () => store.close() };
  });
  test.each(tests)('$name', ({ run }) => run());
});

const policies = [windowPolicy({ name: 'default', maxRequests: 2, windowSize: 1_000 })];
const spec = { namespace: '', policies, countRejected: false, concurrency: 0 };

test('sweeps keys whose windows have run out, until it is closed', () => {
  const clock = new ManualClock();
  const store = new MapWindowStore({ clock, cleanupInterval: 500 });
  const windows = store.open(spec);
  for (let key = 0; key < 100; key++) windows.consume(`k${key}`, 1);
  clock.advanceSync(900);
  expect(store.getStats().keys).toBe(100);
  clock.advanceSync(700);
  expect(store.getStats().keys).toBe(0);
  store.close();
  expect(clock.timers).toBe(0);
});

test('refuses new keys at its cap', () => {
  const clock = new ManualClock();
  const store = new MapWindowStore({ clock, maxKeys: 10 });
  const windows = store.open(spec);
  for (let key = 0; key < 10; key++) expect(windows.consume(`k${key}`, 1).allowed).toBe(true);
  expect(windows.consume('one more', 1).allowed).toBe(false);
  expect(windows.consume('one more', 0)).toMatchObject({ allowed: true, remaining: [2] }); // only looks
  expect(windows.consume('k3', 1).allowed).toBe(true);
  expect(store.getStats().keys).toBe(10);
  store.close();
});
