import assert from 'node:assert/strict';
import type { Milliseconds } from '@spark-perf/core';
import type { ClaimRequest, DedupeStore } from '../dedupe-store.js';
import type { Outcome } from '../outcome.js';

/** A store under test, and what moves its time. */
export interface DedupeStoreHarness {
  readonly store: DedupeStore;
  /** Lets `ms` pass for the store. */
  readonly elapse: (ms: Milliseconds) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** A named test for whatever runner you use: `test(name, run)`. */
export interface ConformanceTest {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Long enough that a busy machine does not reach it between two steps. */
const LONG = 60_000;
/** What a test waits for to end. */
const SHORT = 40;

const outcome: Outcome = {
  kind: 'response',
  response: {
    outcome: 'complete',
    status: 201,
    statusMessage: 'Created',
    headers: [
      ['X-Case', 'kept'],
      ['X-Twice', '1'],
      ['X-Twice', '2'],
    ],
    body: Buffer.from([0, 1, 254, 255, 10, 13]),
  },
};

function request(token: string, over: Partial<ClaimRequest> = {}): ClaimRequest {
  return { token, fingerprint: 'f', lease: LONG, onOrphan: 'reject', retention: LONG, ...over };
}

const cases: Record<string, (h: DedupeStoreHarness) => Promise<void>> = {
  'the first claim takes, others learn who is at it': async ({ store }) => {
    assert.deepEqual(await store.claim('a', request('one')), { kind: 'claimed', orphaned: false });
    const second = await store.claim('a', request('two'));
    assert.equal(second.kind, 'inFlight');
    assert.equal(second.kind === 'inFlight' && second.owner, 'one');
    assert.ok(second.kind === 'inFlight' && second.leaseRemaining > 0 && second.leaseRemaining <= LONG);
    assert.equal((await store.claim('b', request('three'))).kind, 'claimed');
  },

  'of many claims at once exactly one takes': async ({ store }) => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) => store.claim('a', request(`t${i}`))),
    );
    assert.equal(results.filter(({ kind }) => kind === 'claimed').length, 1);
  },

  'another fingerprint is a mismatch, under way and afterwards': async ({ store }) => {
    await store.claim('a', request('one'));
    assert.equal((await store.claim('a', request('two', { fingerprint: 'other' }))).kind, 'mismatch');
    await store.settle('a', 'one', { outcome, retention: LONG, shareFor: 0 });
    assert.equal((await store.claim('a', request('three', { fingerprint: 'other' }))).kind, 'mismatch');
  },

  'a settled outcome comes back whole, byte for byte': async ({ store }) => {
    await store.claim('a', request('one'));
    assert.equal(await store.settle('a', 'one', { outcome, retention: LONG, shareFor: 0 }), true);
    assert.deepEqual(await store.claim('a', request('two')), { kind: 'settled', outcome });
  },

  'other kinds of outcome come back too': async ({ store }) => {
    for (const other of [
      { kind: 'tooLarge', status: 200 },
      { kind: 'cutOff' },
      { kind: 'thrown' },
    ] as const) {
      await store.claim(other.kind, request('one'));
      await store.settle(other.kind, 'one', { outcome: other, retention: LONG, shareFor: 0 });
      assert.deepEqual(await store.claim(other.kind, request('two')), { kind: 'settled', outcome: other });
    }
  },

  'retention ends': async ({ store, elapse }) => {
    await store.claim('a', request('one'));
    await store.settle('a', 'one', { outcome, retention: SHORT, shareFor: 0 });
    await elapse(SHORT * 2);
    // Whoever comes first then holds the claim as the very first did.
    assert.deepEqual(await store.claim('a', request('two')), { kind: 'claimed', orphaned: false });
    assert.equal((await store.claim('a', request('three'))).kind, 'inFlight');
  },

  'without retention only those who followed the owner get the outcome': async ({ store }) => {
    await store.claim('a', request('one'));
    await store.settle('a', 'one', { outcome, retention: 0, shareFor: LONG });
    assert.deepEqual(await store.claim('a', request('two', { following: 'one' })), {
      kind: 'settled',
      outcome,
    });
    assert.equal((await store.claim('a', request('three', { following: 'zero' }))).kind, 'claimed');
    // From now on there is a new owner, also for who has followed the old one.
    assert.equal((await store.claim('a', request('four', { following: 'one' }))).kind, 'inFlight');
  },

  'only the owner can renew, settle and release': async ({ store }) => {
    await store.claim('a', request('one'));
    assert.equal(await store.renew('a', 'two', LONG), false);
    assert.equal(await store.settle('a', 'two', { outcome, retention: LONG, shareFor: 0 }), false);
    assert.equal(await store.release('a', 'two'), false);
    assert.equal((await store.claim('a', request('three'))).kind, 'inFlight');
    assert.equal(await store.renew('a', 'one', LONG), true);
    assert.equal(await store.release('a', 'one'), true);
    assert.equal(await store.release('a', 'one'), false);
    assert.equal(await store.renew('none', 'one', LONG), false);
  },

  'a released claim is free': async ({ store }) => {
    await store.claim('a', request('one'));
    await store.release('a', 'one');
    assert.deepEqual(await store.claim('a', request('two')), { kind: 'claimed', orphaned: false });
  },

  'a lease that ends makes an orphan: rejected for good, also to its owner': async ({ store, elapse }) => {
    await store.claim('a', request('one', { lease: SHORT }));
    await elapse(SHORT * 2);
    assert.deepEqual(await store.claim('a', request('two')), { kind: 'unknown', orphaned: true });
    assert.deepEqual(await store.claim('a', request('three')), { kind: 'unknown', orphaned: false });
    assert.equal(await store.settle('a', 'one', { outcome, retention: LONG, shareFor: 0 }), false);
    assert.equal(await store.renew('a', 'one', LONG), false);
    assert.equal((await store.claim('a', request('four', { fingerprint: 'other' }))).kind, 'mismatch');
  },

  'or run again, and the old owner can not overwrite': async ({ store, elapse }) => {
    await store.claim('a', request('one', { lease: SHORT, onOrphan: 'rerun' }));
    await elapse(SHORT * 2);
    assert.deepEqual(await store.claim('a', request('two', { onOrphan: 'rerun' })), {
      kind: 'claimed',
      orphaned: true,
    });
    assert.equal(await store.settle('a', 'one', { outcome, retention: LONG, shareFor: 0 }), false);
    assert.equal((await store.claim('a', request('three', { onOrphan: 'rerun' }))).kind, 'inFlight');
  },

  'an unknown outcome is forgotten after its retention': async ({ store, elapse }) => {
    await store.claim('a', request('one', { lease: SHORT, retention: 1_000 }));
    await elapse(SHORT + 5);
    await store.claim('a', request('two'));
    await elapse(1_100);
    assert.equal((await store.claim('a', request('three'))).kind, 'claimed');
  },

  'a renewed lease holds': async ({ store, elapse }) => {
    await store.claim('a', request('one', { lease: SHORT }));
    await store.renew('a', 'one', LONG);
    await elapse(SHORT * 2);
    assert.equal((await store.claim('a', request('two'))).kind, 'inFlight');
  },

  'an abort ends a wait': async ({ store }) => {
    await store.claim('a', request('one'));
    const controller = new AbortController();
    const waits = store.wait('a', { timeout: LONG, signal: controller.signal });
    controller.abort();
    await waits;
    await store.wait('a', { timeout: LONG, signal: controller.signal });
  },

  'a settlement ends a wait': async ({ store }) => {
    await store.claim('a', request('one'));
    const waits = store.wait('a', { timeout: LONG, signal: new AbortController().signal });
    await store.settle('a', 'one', { outcome, retention: LONG, shareFor: 0 });
    await waits;
  },

  'closing twice is harmless, and ends waits': async ({ store }) => {
    const waits = store.wait('a', { timeout: LONG, signal: new AbortController().signal });
    await store.close();
    await store.close();
    await waits;
  },
};

/** What every `DedupeStore` must do. `make` gives a fresh one for each test. */
export function dedupeStoreTests(make: () => Promise<DedupeStoreHarness>): ConformanceTest[] {
  return Object.entries(cases).map(([name, check]) => ({
    name,
    run: async () => {
      const harness = await make();
      try {
        await check(harness);
      } finally {
        await harness.dispose();
      }
    },
  }));
}
