import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { windowPolicy } from '../../src/policy.js';
import type { TableFull } from '../../src/stores/memory-window-store.js';
import { MemoryWindowStore } from '../../src/stores/memory-window-store.js';
import { ExactLog } from '../exact-log.js';

const WINDOW = 60_000;

/** A table of 64 places, for `limits` per minute. */
function small(limits: readonly number[], onTableFull?: TableFull) {
  const clock = new ManualClock();
  const store = new MemoryWindowStore({ clock, maxKeys: 64, maxMemory: 2 ** 20, onTableFull });
  const policies = limits.map((maxRequests, i) =>
    windowPolicy({ name: `p${i}`, maxRequests, windowSize: WINDOW, precision: 6_000 }),
  );
  const windows = store.open({ namespace: '', policies, countRejected: false, concurrency: 0 });
  return { clock, store, windows };
}

type Small = ReturnType<typeof small>;
const fill = ({ windows }: Small, name: string, units: number, keys = 400): void => {
  for (let key = 0; key < keys; key++) windows.consume(`${name} ${key}`, units);
};
const left = ({ windows }: Small, key: string): number => windows.peek(key, 1).remaining[0] as number;

describe.each([
  ['an exact log', 20],
  ['a ring', 100],
  ['a wide ring', 70_000],
])('with %s', (_name, limit) => {
  test('a key that only the sketch knows has nothing on its account, though all places stay taken by hot keys', () => {
    const table = small([limit]);
    fill(table, 'hot', limit);
    table.windows.consume('mine', limit);
    expect(left(table, 'mine')).toBe(0);
    table.windows.reset('mine');
    expect(left(table, 'mine')).toBe(limit);
    fill(table, 'hot', 1);
    expect(table.windows.consume('mine', limit - 1).allowed).toBe(true);
    expect(table.windows.consume('mine', 1).allowed).toBe(true);
    expect(table.windows.consume('mine', 1).allowed).toBe(false);
  });

  test('a key that is back in the table does not find its old count when it loses its place again', () => {
    const table = small([limit]);
    const warmer = Math.floor(limit * 0.4); // than ours, so that ours is the one to go
    table.windows.consume('mine', limit / 4);
    fill(table, 'a', warmer);
    table.windows.consume('mine', 1);
    expect(left(table, 'mine')).toBe(limit - limit / 4 - 1);
    table.windows.reset('mine');
    fill(table, 'b', warmer);
    expect(left(table, 'mine')).toBe(limit);
    table.windows.consume('mine', 2);
    fill(table, 'c', warmer);
    expect(left(table, 'mine')).toBe(limit - 2);
  });

  test('what it uses afterwards counts for as long as ever, and the wait it is told is long enough', () => {
    const table = small([limit]);
    fill(table, 'hot', limit);
    table.windows.consume('mine', limit);
    table.windows.reset('mine');
    table.windows.consume('mine', limit);
    const outcome = table.windows.peek('mine', 1);
    const wait = outcome.retryAfter[0] as number; // the object is used again
    expect(outcome.allowed).toBe(false);
    expect(wait).toBeGreaterThanOrEqual(WINDOW);
    for (let step = 0; step < 9; step++) {
      table.clock.stepNow(WINDOW / 10);
      fill(table, 'hot', limit);
      expect(left(table, 'mine')).toBe(0);
    }
    table.clock.stepNow(wait - 0.9 * WINDOW);
    expect(left(table, 'mine')).toBe(limit);
  });
});

test('all policies of the key are reset, and no other key is', () => {
  const table = small([20, 100]);
  fill(table, 'hot', 20);
  table.windows.consume('mine', 20);
  table.windows.consume('yours', 20);
  table.windows.reset('mine');
  expect([...(table.windows.peek('mine', 1).remaining as number[])]).toEqual([20, 100]);
  expect([...(table.windows.peek('yours', 1).remaining as number[])]).toEqual([0, 80]);
});

test('where the table is full and denies, a reset key is denied like any other', () => {
  const table = small([20], 'deny');
  fill(table, 'hot', 20);
  table.windows.reset('mine');
  expect(table.windows.consume('mine', 1).allowed).toBe(false);
});

test('of very many reset keys the last thousand are remembered, in memory that was kept free for them', () => {
  const clock = new ManualClock();
  const store = new MemoryWindowStore({ clock, maxKeys: 64, maxMemory: 16 * 2 ** 20 });
  const policies = [windowPolicy({ name: 'one', maxRequests: 20, windowSize: WINDOW, precision: 6_000 })];
  const windows = store.open({ namespace: '', policies, countRejected: false, concurrency: 0 });
  const table = { clock, store, windows };
  fill(table, 'hot', 20);
  fill(table, 'mine', 20, 3_000);
  const { memory } = store.getStats();
  const known = Array.from({ length: 3_000 }, (_, key) => `mine ${key}`).filter(
    (key) => left(table, key) === 0,
  );
  expect(known.length).toBeGreaterThan(2_900); // the others have found a place, or a colder key's
  for (const key of known) windows.reset(key);
  expect(store.getStats().memory).toBe(memory);
  const free = known.filter((key) => left(table, key) === 20);
  expect(free).toEqual(known.slice(-1_000));
});

test('whatever is used and reset among many keys for few places: never more than the limit since the last reset', () => {
  const step = fc.record({
    key: fc.nat(299),
    what: fc.constantFrom('use', 'use', 'use', 'reset', 'flood', 'wait'),
    units: fc.integer({ min: 1, max: 12 }),
  });
  const property = fc.property(
    fc.constantFrom([12], [40], [12, 90]),
    fc.array(step, { minLength: 1, maxLength: 120 }),
    (limits, steps) => {
      const table = small(limits);
      const { clock, windows } = table;
      const logs = new Map<string, ExactLog>();
      let time = 0;
      const use = (key: string, units: number): void => {
        if (!windows.consume(key, units).allowed) return;
        const log = logs.get(key) ?? new ExactLog();
        logs.set(key, log);
        log.add(time, units);
        for (const limit of limits) expect(log.inWindow(time, WINDOW)).toBeLessThanOrEqual(limit);
      };
      for (const { key, what, units } of steps) {
        const name = `k${key % 40}`;
        if (what === 'use') use(name, units);
        else if (what === 'flood') for (let i = 0; i < 100; i++) use(`f${(key + i) % 300}`, units);
        else if (what === 'reset') {
          windows.reset(name);
          logs.delete(name);
          for (const [i, limit] of limits.entries()) expect(windows.peek(name, 1).remaining[i]).toBe(limit);
        } else {
          clock.stepNow(units * 5_500);
          time += units * 5_500;
        }
      }
    },
  );
  fc.assert(property, { seed: testSeed(), numRuns: soakCount(3_000) });
});
