import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { soakCount } from '@spark-perf/test-services';
import type { ClaimResult, OrphanPolicy, Outcome } from '../src/index.js';
import { MemoryDedupeStore } from '../src/index.js';

const LEASE = 1_000;
const outcome: Outcome = { kind: 'cutOff' };
const STEPS = [
  'A.claim',
  'B.claim',
  'A.renew',
  'A.settle',
  'B.settle',
  'A.fail',
  'A.release',
  'time',
] as const;
type Step = (typeof STEPS)[number];
type Owner = 'A' | 'B';

/** What the store must be in, as a reader of the contract would say it. */
type Model =
  | { kind: 'absent' }
  | { kind: 'claimed'; by: Owner; until: number }
  | { kind: 'completed' }
  | { kind: 'unknown' };

/** Every sequence of steps of two owners: crashes are the steps that do not follow, late writes those that do. */
function* sequences(length: number): Generator<Step[]> {
  const total = STEPS.length ** length;
  for (let n = 0; n < total; n++) {
    yield Array.from({ length }, (_, i) => STEPS[Math.floor(n / STEPS.length ** i) % STEPS.length]!);
  }
}

async function check(steps: readonly Step[], onOrphan: OrphanPolicy): Promise<void> {
  const clock = new ManualClock();
  const store = new MemoryDedupeStore({ clock });
  let model: Model = { kind: 'absent' };
  let runs = 0;
  const owns = (owner: Owner): boolean => model.kind === 'claimed' && model.by === owner;
  for (const step of steps) {
    if (step === 'time') {
      clock.advanceSync(LEASE + 1);
      continue;
    }
    const [owner, action] = step.split('.') as [Owner, string];
    if (action === 'claim') {
      const request = { token: owner, fingerprint: 'f', lease: LEASE, onOrphan, retention: 1e9 };
      const { kind } = await store.claim('id', request);
      let expected: ClaimResult['kind'];
      if (model.kind === 'absent') expected = 'claimed';
      else if (model.kind === 'completed') expected = 'settled';
      else if (model.kind === 'unknown') expected = 'unknown';
      else if (clock.now() < model.until) expected = 'inFlight';
      else expected = onOrphan === 'rerun' ? 'claimed' : 'unknown';
      if (kind !== expected) throw new Error(`${steps.join(' ')}: ${step} gave ${kind}, not ${expected}`);
      if (kind === 'claimed') {
        runs++;
        model = { kind: 'claimed', by: owner, until: clock.now() + LEASE };
      } else if (kind === 'unknown') model = { kind };
      continue;
    }
    const expected = owns(owner);
    const settle = (retention: number) => store.settle('id', owner, { outcome, retention, shareFor: 0 });
    let done: boolean;
    if (action === 'renew') done = await store.renew('id', owner, LEASE);
    else if (action === 'release') done = await store.release('id', owner);
    else done = await settle(action === 'settle' ? 1e9 : 0);
    if (done !== expected) throw new Error(`${steps.join(' ')}: ${step} gave ${done}`);
    if (!done) continue;
    if (action === 'renew') model = { kind: 'claimed', by: owner, until: clock.now() + LEASE };
    else model = action === 'settle' ? { kind: 'completed' } : { kind: 'absent' };
  }
  // A run that was not given back or failed is the only one.
  const givenBack = steps.filter((step) => step === 'A.fail' || step === 'A.release').length;
  if (onOrphan === 'reject' && runs > 1 + givenBack) throw new Error(`${steps.join(' ')}: ran ${runs} times`);
  await store.close();
}

// 8^5 = 32,768 sequences for each policy; a soak run goes one step further.
const LENGTH = soakCount(10) === 10 ? 6 : 5;

describe(`every sequence of ${LENGTH} steps of two owners`, () => {
  test.each(['reject', 'rerun'] as const)(
    'with onOrphan: %s is what the contract says',
    async (onOrphan) => {
      let checked = 0;
      for (const steps of sequences(LENGTH)) {
        await check(steps, onOrphan);
        checked++;
      }
      expect(checked).toBe(STEPS.length ** LENGTH);
    },
    600_000,
  );
});
