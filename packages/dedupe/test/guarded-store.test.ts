import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import type { ClaimRequest, ClaimResult } from '../src/index.js';
import { MemoryDedupeStore } from '../src/index.js';
import { GuardedStore } from '../src/guarded-store.js';
import { gate } from './spark-host.js';

const claim = {
  token: 'one',
  fingerprint: 'f',
  lease: 30_000,
  onOrphan: 'reject',
  retention: 60_000,
} as const;

/** Takes claims at once, and tells of them late. */
class LateStore extends MemoryDedupeStore {
  readonly reply = gate();
  isLate = true;
  override async claim(id: string, request: ClaimRequest): Promise<ClaimResult> {
    const result = await super.claim(id, request);
    if (this.isLate) await this.reply.opened;
    return result;
  }
}

function guarded(clock: ManualClock) {
  const store = new LateStore({ clock });
  const errors: unknown[] = [];
  const state = { recovered: 0 };
  const guard = new GuardedStore(store, {
    timeout: 50,
    clock,
    onError: (error) => errors.push(error),
    onRecovered: () => state.recovered++,
  });
  return { store, guard, errors, state };
}

test('a claim that succeeds after its deadline is given back by its token', async () => {
  const clock = new ManualClock();
  const { store, guard, errors } = guarded(clock);
  const late = expect(guard.claim('a', claim)).rejects.toMatchObject({
    code: 'SPARK_DEDUPE_STORE_TIMEOUT',
    timeout: 50,
  });
  await clock.advance(50);
  await late;
  expect(errors).toHaveLength(1);
  expect(store.size().entries).toBe(1);
  store.reply.open();
  await new Promise(setImmediate);
  expect(store.size().entries).toBe(0);
  await store.close();
});

test('a late reply that tells of the claim of somebody else takes nothing from them', async () => {
  const clock = new ManualClock();
  const { store, guard } = guarded(clock);
  store.isLate = false;
  await store.claim('a', { ...claim, token: 'other' });
  store.isLate = true;
  const late = expect(guard.claim('a', claim)).rejects.toThrow();
  await clock.advance(50);
  await late;
  store.reply.open();
  await new Promise(setImmediate);
  expect(await store.renew('a', 'other', 1_000)).toBe(true);
  await store.close();
});

test('two failures open the circuit: then it answers at once, until a try succeeds', async () => {
  const clock = new ManualClock();
  const { store, guard, errors, state } = guarded(clock);
  for (const token of ['one', 'two']) {
    const late = expect(guard.claim(token, { ...claim, token })).rejects.toThrow();
    await clock.advance(50);
    await late;
  }
  expect(guard.retryAfter).toBeGreaterThan(0);
  await expect(guard.claim('c', claim)).rejects.toThrow(); // no time has passed
  expect(errors).toHaveLength(2);
  store.isLate = false;
  await clock.advance(guard.retryAfter);
  expect(await guard.claim('c', claim)).toEqual({ kind: 'claimed', orphaned: false });
  expect([state.recovered, guard.retryAfter]).toEqual([1, 0]);
  expect(await guard.renew('c', 'one', 1_000)).toBe(true);
  expect(await guard.release('c', 'one')).toBe(true);
  await store.close();
});
