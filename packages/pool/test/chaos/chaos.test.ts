import { expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { play } from './schedule.js';

/** Schedules that have failed once. */
const KNOWN = [1_194_174_271, 1_831_401_261, 219_206_260];

// Users, failures of every step in every way, aborts, misuse, resizing, closing and a backend that comes and goes.
test('holds what it promises in random schedules, the same with and without the lane', async () => {
  const first = testSeed();
  const random = Array.from({ length: soakCount(10_000) }, (_, i) => (first + i * 7_919) % 2 ** 31);
  const rejections: unknown[] = [];
  let steady = 0;
  const onRejection = (error: unknown): void => void rejections.push(error);
  process.on('unhandledRejection', onRejection);
  try {
    for (const seed of [...KNOWN, ...random]) {
      const lane = await play(seed, true);
      expect({ seed, violations: lane.violations }).toEqual({ seed, violations: [] });
      const engine = await play(seed, false);
      expect({ seed, violations: engine.violations }).toEqual({ seed, violations: [] });
      if (!lane.steady) continue;
      steady++;
      expect({ seed, outcomes: engine.outcomes.sort() }).toEqual({ seed, outcomes: lane.outcomes.sort() });
    }
    expect(rejections).toEqual([]);
    expect(steady).toBeGreaterThan(0);
  } finally {
    process.removeListener('unhandledRejection', onRejection);
  }
}, 900_000);
