import assert from 'node:assert/strict';
import type { Milliseconds } from '@spark-perf/core';
import type { WindowPolicy } from '../policy.js';
import { windowPolicy } from '../policy.js';
import type { AsyncWindows, SyncWindows, WindowOutcome, WindowSpec, WindowStore } from '../window-store.js';
import { admitsNoMore } from './admits-no-more.js';

/** A store under test, and what moves its time. */
export interface WindowStoreHarness {
  readonly store: WindowStore;
  /** Moves the store's clock by `ms`, also backwards. */
  readonly step: (ms: Milliseconds) => unknown;
  readonly dispose: () => Promise<void>;
}

/** A named test for whatever runner you use: `test(name, run)`. */
export interface ConformanceTest {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const SECOND = 1_000;

function policy(maxRequests: number, windowSize = SECOND, name = 'default'): WindowPolicy {
  return windowPolicy({ name, maxRequests, windowSize, precision: windowSize / 10 });
}

/** What both kinds of counters have in common, as a test sees it. */
export type Windows = SyncWindows | AsyncWindows;

function open(h: WindowStoreHarness, ...policies: WindowPolicy[]): Windows {
  return openWith(h, {}, ...policies);
}

function openWith(h: WindowStoreHarness, over: Partial<WindowSpec>, ...policies: WindowPolicy[]): Windows {
  return h.store.open({ namespace: '', policies, countRejected: false, concurrency: 0, ...over });
}

/** Asks `times` times; how often it was admitted. */
async function hit(windows: Windows, key: string, times: number, cost = 1): Promise<number> {
  let admitted = 0;
  for (let i = 0; i < times; i++) if ((await windows.consume(key, cost)).allowed) admitted++;
  return admitted;
}

async function figures(
  outcome: WindowOutcome | Promise<WindowOutcome>,
): Promise<[boolean, number[], number[]]> {
  const { allowed, remaining, retryAfter } = await outcome;
  return [allowed, Array.from(remaining), Array.from(retryAfter)];
}

const cases: Record<string, (h: WindowStoreHarness) => Promise<void>> = {
  'admits the limit, then refuses, key by key': async (h) => {
    for (const limit of [1, 5, 32, 33, 100]) {
      const windows = openWith(h, { namespace: `n${limit}` }, policy(limit));
      assert.equal(await hit(windows, 'a', limit + 3), limit);
      assert.equal(await hit(windows, 'b', 1), 1);
    }
  },

  'says exactly when the cost fits again': async (h) => {
    for (const limit of [4, 40]) {
      const windows = openWith(h, { namespace: `n${limit}` }, policy(limit));
      await hit(windows, 'a', limit - 1);
      await h.step(37);
      await hit(windows, 'a', 1);
      for (const cost of [1, limit]) {
        const { allowed, retryAfter } = await windows.peek('a', cost);
        const wait = retryAfter[0] as number;
        assert.equal(allowed, false);
        assert.ok(wait >= SECOND - 37 && wait <= SECOND + SECOND / 10, `waits ${wait}`);
        await h.step(wait - 1);
        assert.equal((await windows.peek('a', cost)).allowed, false);
        await h.step(1);
        assert.equal((await windows.peek('a', cost)).allowed, true);
        await h.step(-wait);
        await windows.reset('a');
        await hit(windows, 'a', limit);
      }
    }
  },

  'decides several policies together: all are charged, or none': async (h) => {
    const windows = open(h, policy(3, SECOND, 'burst'), policy(50, 60 * SECOND, 'minute'));
    assert.equal(await hit(windows, 'a', 10), 3);
    const [allowed, remaining, retryAfter] = await figures(windows.peek('a', 1));
    assert.equal(allowed, false);
    assert.deepEqual(remaining, [0, 47]);
    assert.deepEqual(retryAfter, [SECOND, 0]);
  },

  'weighs costs; what is above the limit never fits': async (h) => {
    const windows = open(h, policy(10));
    assert.deepEqual(await figures(windows.consume('a', 7)), [true, [3], [0]]);
    assert.equal((await windows.consume('a', 4)).allowed, false);
    assert.deepEqual(await figures(windows.consume('a', 3)), [true, [0], [0]]);
    assert.deepEqual(await figures(windows.consume('a', 11)), [false, [0], [Infinity]]);
    assert.deepEqual(await figures(windows.consume('a', 0)), [true, [0], [0]]);
  },

  'peeks without a charge': async (h) => {
    const windows = open(h, policy(2));
    for (let i = 0; i < 5; i++) assert.deepEqual(await figures(windows.peek('a', 1)), [true, [2], [0]]);
    assert.equal(await hit(windows, 'a', 3), 2);
  },

  'refunds what was charged, where it was charged': async (h) => {
    for (const limit of [4, 40]) {
      const windows = openWith(h, { namespace: `n${limit}` }, policy(limit));
      await hit(windows, 'a', limit - 1);
      await h.step(500);
      const { at } = await windows.consume('a', 1);
      await windows.refund('a', 1, at);
      assert.deepEqual((await figures(windows.peek('a', 1)))[1], [1]);
      await windows.refund('a', 1, at); // no unit of that moment is left
      assert.deepEqual((await figures(windows.peek('a', 1)))[1], [1]);
      await h.step(5 * SECOND);
      await windows.refund('a', 1, at); // long gone
      assert.equal(await hit(windows, 'a', limit + 1), limit);
    }
  },

  'refunds the oldest units where the moment is unknown, and never below zero': async (h) => {
    for (const limit of [4, 40]) {
      const windows = openWith(h, { namespace: `n${limit}` }, policy(limit));
      await hit(windows, 'a', 1);
      await h.step(600);
      await hit(windows, 'a', limit - 1);
      await windows.refund('a', 1);
      await h.step(600); // the first unit's window is over: the rest is younger
      assert.deepEqual((await figures(windows.peek('a', 1)))[1], [1]);
      await windows.refund('a', 1_000);
      assert.deepEqual((await figures(windows.peek('a', 1)))[1], [limit]);
    }
  },

  'resets one key, or all': async (h) => {
    const windows = open(h, policy(2), policy(40, 60 * SECOND, 'minute'));
    await hit(windows, 'a', 2);
    await hit(windows, 'b', 2);
    await windows.reset('a');
    await windows.reset('never seen');
    assert.equal(await hit(windows, 'a', 3), 2);
    assert.equal(await hit(windows, 'b', 1), 0);
    await windows.resetAll();
    assert.equal(await hit(windows, 'a', 3), 2);
    assert.equal(await hit(windows, 'b', 3), 2);
  },

  'counts refusals only where told to': async (h) => {
    for (const limit of [2, 40]) {
      for (const countRejected of [false, true]) {
        const windows = openWith(h, { namespace: `n${limit}${countRejected}`, countRejected }, policy(limit));
        await hit(windows, 'a', limit);
        await h.step(700);
        assert.equal(await hit(windows, 'a', limit), 0);
        await h.step(700);
        assert.equal((await windows.peek('a', 1)).allowed, !countRejected);
        await h.step(700);
        assert.equal(await hit(windows, 'a', limit), limit);
        // Of what never fits, as much as the limit.
        assert.equal((await windows.consume('b', limit + 1)).allowed, false);
        assert.deepEqual((await figures(windows.peek('b', 1)))[1], [countRejected ? 0 : limit]);
      }
    }
  },

  'lends slots, and takes each back once': async (h) => {
    const windows = openWith(h, { concurrency: 2 }, policy(100));
    assert.equal((await windows.consume('a', 1, 'one')).allowed, true);
    assert.equal((await windows.consume('a', 1, 'two')).allowed, true);
    const third = await windows.consume('a', 1, 'three');
    assert.deepEqual([third.allowed, third.slotDenied, third.remaining[0]], [false, true, 98]);
    assert.equal((await windows.consume('b', 1, 'one')).allowed, true);
    await windows.release('a', 'one');
    await windows.release('a', 'one');
    assert.equal((await windows.consume('a', 1, 'four')).allowed, true);
    assert.equal((await windows.consume('a', 1, 'five')).allowed, false);
  },

  'takes no slot when the windows refuse': async (h) => {
    const windows = openWith(h, { concurrency: 1 }, policy(1));
    await windows.consume('a', 1, 'one');
    await windows.release('a', 'one');
    assert.equal((await windows.consume('a', 1, 'two')).slotDenied, false);
    await h.step(2 * SECOND);
    assert.equal((await windows.consume('a', 1, 'three')).allowed, true);
  },

  'a clock that steps back admits nothing extra and blocks nobody for longer than a window': async (h) => {
    for (const limit of [3, 40]) {
      const windows = openWith(h, { namespace: `n${limit}` }, policy(limit));
      await hit(windows, 'a', limit);
      await h.step(-3_600 * SECOND);
      assert.equal(await hit(windows, 'a', 5), 0);
      await h.step(SECOND + SECOND / 5);
      assert.equal(await hit(windows, 'a', limit + 1), limit);
    }
  },

  'a clock that steps forward counts as time passed': async (h) => {
    const windows = open(h, policy(3));
    await hit(windows, 'a', 3);
    await h.step(3_600 * SECOND);
    assert.equal(await hit(windows, 'a', 5), 3);
  },

  'keeps namespaces and odd keys apart': async (h) => {
    const one = openWith(h, { namespace: 'one' }, policy(1));
    const two = openWith(h, { namespace: 'two' }, policy(1));
    const keys = [
      'a',
      'a:',
      '{a}',
      'a}',
      '}',
      '\u0000',
      'ä',
      '\ud83d\ude00',
      'a\nb',
      'one:{a',
      ' ',
      '__proto__',
    ];
    for (const windows of [one, two]) {
      for (const key of keys) assert.equal(await hit(windows, key, 2), 1, JSON.stringify(key));
    }
  },

  'random traffic: no window holds more than the limit': (h) => admitsNoMore(h, open),
};

/** Tests that every `WindowStore` must pass; `create` makes a fresh, empty store for each. */
export function windowStoreTests(create: () => Promise<WindowStoreHarness>): ConformanceTest[] {
  return Object.entries(cases).map(([name, check]) => ({
    name,
    run: async () => {
      const harness = await create();
      try {
        await check(harness);
      } finally {
        await harness.dispose();
      }
    },
  }));
}
