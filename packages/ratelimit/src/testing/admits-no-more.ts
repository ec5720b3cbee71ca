import assert from 'node:assert/strict';
import type { Random } from '@spark-perf/core';
import { seededRandom } from '@spark-perf/core';
import type { WindowPolicy } from '../policy.js';
import { windowPolicy } from '../policy.js';
import type { Windows, WindowStoreHarness } from './window-store-tests.js';

type Open = (h: WindowStoreHarness, ...policies: WindowPolicy[]) => Windows;

/** Random bursts, waits, weights and steps of the clock against the times of all that was admitted. */
export async function admitsNoMore(h: WindowStoreHarness, open: Open): Promise<void> {
  const random = seededRandom(20_260_101);
  for (let round = 0; round < 12; round++) {
    const window = between(random, 20, 2_000);
    const policies = [
      windowPolicy({
        name: 'a',
        maxRequests: between(random, 1, 32),
        windowSize: window,
        precision: window / 10,
      }),
      windowPolicy({
        name: 'b',
        maxRequests: between(random, 33, 60),
        windowSize: window * 2,
        precision: window / 20,
      }),
    ];
    const windows = open(h, ...policies);
    await traffic(h, windows, policies, random, `key ${round}`);
  }
}

async function traffic(
  h: WindowStoreHarness,
  windows: Windows,
  policies: readonly WindowPolicy[],
  random: Random,
  key: string,
): Promise<void> {
  const admitted: { at: number; cost: number }[] = [];
  const window = policies[0]?.windowSize ?? 1;
  for (let move = 0; move < 12; move++) {
    await h.step(random() < 0.1 ? -between(random, 0, window) : between(random, 0, Math.ceil(window / 2)));
    for (let i = between(random, 0, 15); i > 0; i--) {
      const cost = random() < 0.7 ? 1 : between(random, 0, 9);
      const { allowed, at } = await windows.consume(key, cost);
      if (!allowed) continue;
      admitted.push({ at, cost });
      for (const { name, maxRequests, windowSize } of policies) {
        const held = admitted.filter((one) => one.at > at - windowSize);
        const used = held.reduce((sum, one) => sum + one.cost, 0);
        assert.ok(used <= maxRequests, `policy ${name}: ${used} of ${maxRequests} within ${windowSize} ms`);
      }
    }
  }
}

function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}
