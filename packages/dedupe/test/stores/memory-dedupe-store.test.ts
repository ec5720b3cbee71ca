import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import type { Outcome } from '../../src/index.js';
import { MemoryDedupeStore } from '../../src/index.js';
import { dedupeStoreTests } from '../../src/testing/index.js';

const claim = { fingerprint: 'f', lease: 1_000, onOrphan: 'reject', retention: 1_000 } as const;
const body = (size: number): Outcome => ({
  kind: 'response',
  response: {
    outcome: 'complete',
    status: 200,
    statusMessage: undefined,
    headers: [],
    body: Buffer.alloc(size),
  },
});

describe('conformance', () => {
  const make = async () => {
    const clock = new ManualClock();
    const store = new MemoryDedupeStore({ clock });
    return { store, elapse: async (ms: number) => clock.advanceSync(ms), dispose: () => store.close() };
  };
  for (const { name, run } of dedupeStoreTests(make)) test(name, run);
});

describe('memory', () => {
  async function fill(store: MemoryDedupeStore, id: string, size = 0): Promise<void> {
    await store.claim(id, { ...claim, token: id });
    await store.settle(id, id, { outcome: body(size), retention: 60_000, shareFor: 0 });
  }
  const has = async (store: MemoryDedupeStore, id: string): Promise<boolean> => {
    const result = await store.claim(id, { ...claim, token: 'probe' });
    if (result.kind === 'claimed') await store.release(id, 'probe');
    return result.kind === 'settled';
  };

  test('least recently used results leave first, claims never', async () => {
    const store = new MemoryDedupeStore({ maxEntries: 2, clock: new ManualClock() });
    await store.claim('claimed', { ...claim, token: 't' });
    await fill(store, 'a');
    await fill(store, 'b');
    await has(store, 'a');
    await fill(store, 'c');
    expect([await has(store, 'a'), await has(store, 'b'), await has(store, 'c')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(await store.renew('claimed', 't', 1)).toBe(true);
  });

  test('is bounded in bytes under a flood', async () => {
    const store = new MemoryDedupeStore({ maxMemory: 100_000, clock: new ManualClock() });
    for (let i = 0; i < 1_000; i++) {
      await fill(store, `k${i}`, 5_000);
      expect(store.size().bytes).toBeLessThanOrEqual(100_000);
    }
    expect(store.size().entries).toBeGreaterThan(10);
  });

  test('counts back to zero when everything has expired, with one timer', async () => {
    const clock = new ManualClock();
    const store = new MemoryDedupeStore({ clock });
    for (let i = 0; i < 100; i++) await fill(store, `k${i}`, 100);
    await store.claim('orphan', { ...claim, token: 't' });
    expect(clock.timers).toBe(1);
    clock.advanceSync(120_000);
    expect(store.size()).toEqual({ entries: 0, bytes: 0 });
    await store.close();
    expect(clock.timers).toBe(0);
  });
});
