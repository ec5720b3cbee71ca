import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { windowPolicy } from '../../src/policy.js';
import { RATE_LIMITER_DEFAULTS } from '../../src/options.js';
import { MEMORY_WINDOW_STORE_DEFAULTS, MemoryWindowStore } from '../../src/stores/memory-window-store.js';
import { windowStoreTests } from '../../src/testing/index.js';

const spec = (maxRequests: number, windowSize: number, precision: number) => ({
  namespace: '',
  policies: [windowPolicy({ name: 'default', maxRequests, windowSize, precision })],
  countRejected: false,
  concurrency: 0,
});

describe('the contract', () => {
  const tests = windowStoreTests(async () => {
    const clock = new ManualClock();
    const store = new MemoryWindowStore({ clock });
    return { store, step: (ms) => clock.stepNow(ms), dispose: async () => store.close() };
  });
  test.each(tests)('$name', ({ run }) => run());
});

describe('a flood', () => {
  const flood = (limit: number, onTableFull?: 'sketch' | 'deny' | 'allow') => {
    const clock = new ManualClock();
    const store = new MemoryWindowStore({ clock, maxKeys: 1024, maxMemory: 2 ** 20, onTableFull });
    return { clock, store, windows: store.open(spec(limit, 60_000, 6_000)) };
  };

  test('of new keys frees no key at its limit, and takes no more memory than allowed', () => {
    const { store, windows } = flood(100);
    for (let held = 0; held < 50; held++) windows.consume(`held ${held}`, 100);
    for (let key = 0; key < 100_000; key++) windows.consume(`junk ${key}`, 1);
    const passed = Array.from({ length: 50 }, (_, held) => windows.consume(`held ${held}`, 1).allowed);
    expect(passed).toEqual(Array.from({ length: 50 }, () => false));
    const { keys, memory, evictions } = store.getStats();
    expect(keys).toBeLessThanOrEqual(1024);
    expect(memory).toBeLessThanOrEqual(2 ** 20);
    expect(evictions).toBeGreaterThan(90_000);
  });

  test.each([
    [40, 15, 1],
    [400_000, 150_000, 10_000],
  ])('hides nothing of what a displaced key has used (limit %i)', (limit, used, cost) => {
    const { clock, windows } = flood(limit);
    for (let key = 0; key < 500; key++) windows.consume(`mine ${key}`, used); // below half: may be displaced
    for (let key = 0; key < 20_000; key++) windows.consume(`junk ${key}`, cost);
    for (let key = 0; key < 500; key++) {
      let admitted = 0;
      while (windows.consume(`mine ${key}`, cost).allowed) admitted++;
      expect(admitted * cost + used).toBeLessThanOrEqual(limit);
    }
    clock.stepNow(200_000);
    for (let key = 0; key < 500; key++) expect(windows.consume(`mine ${key}`, limit).allowed).toBe(true);
  });

  test('of several policies, each keeps what a displaced key has used', () => {
    const clock = new ManualClock();
    const store = new MemoryWindowStore({ clock, maxKeys: 1024, maxMemory: 2 ** 20 });
    const policies = [spec(40, 1_000, 100), spec(70, 60_000, 6_000)].flatMap(({ policies: [one] }, i) =>
      one === undefined ? [] : [{ ...one, name: `p${i}` }],
    );
    const windows = store.open({ ...spec(1, 1, 1), policies });
    for (let key = 0; key < 300; key++) windows.consume(`mine ${key}`, 15);
    for (let key = 0; key < 20_000; key++) windows.consume(`junk ${key}`, 1);
    expect(store.getStats().evictions).toBeGreaterThan(15_000);
    clock.stepNow(1_300);
    for (let key = 0; key < 300; key++) {
      const { remaining } = windows.peek(`mine ${key}`, 1);
      expect(remaining[1]).toBeLessThanOrEqual(55);
    }
  });

  test.each(['sketch', 'deny', 'allow'] as const)(
    'of keys at their limit, onTableFull: %s',
    (onTableFull) => {
      const { clock, windows } = flood(100, onTableFull);
      for (let key = 0; key < 2_000; key++) windows.consume(`hot ${key}`, 100);
      let admitted = 0;
      let wait = 0;
      for (let i = 0; i < 300; i++) {
        const { allowed, retryAfter } = windows.consume('newcomer', 1);
        if (allowed) admitted++;
        else wait = retryAfter[0] as number;
      }
      if (onTableFull === 'allow') expect(admitted).toBe(300);
      else {
        expect(admitted).toBeLessThanOrEqual(onTableFull === 'sketch' ? 100 : 0);
        clock.stepNow(wait);
        expect(windows.consume('newcomer', 1).allowed).toBe(true);
      }
    },
  );

  test('of keys at their limit: a newcomer whose refusals count stays out', () => {
    for (const countRejected of [false, true]) {
      const clock = new ManualClock();
      const store = new MemoryWindowStore({ clock, maxKeys: 1024, maxMemory: 2 ** 20 });
      const windows = store.open({ ...spec(100, 60_000, 6_000), countRejected });
      for (let key = 0; key < 1_500; key++) windows.consume(`hot ${key}`, 100);
      let admitted = 0;
      for (let i = 0; i < 250; i++) if (windows.consume('newcomer', 1).allowed) admitted++;
      expect(admitted).toBeLessThanOrEqual(100);
      let later = 0;
      for (let round = 0; round < 5; round++) {
        clock.stepNow(40_000);
        for (let key = 0; key < 1_500; key++) windows.consume(`hot ${key}`, 100);
        if (windows.consume('newcomer', 100).allowed) later++;
      }
      expect(later > 0).toBe(!countRejected);
    }
  });

  test('leaves places to the living once it is over', () => {
    const { clock, store, windows } = flood(100);
    for (let key = 0; key < 5_000; key++) windows.consume(`junk ${key}`, 1);
    const { evictions } = store.getStats();
    clock.stepNow(130_000);
    for (let key = 0; key < 500; key++) windows.consume(`new ${key}`, 1);
    expect(store.getStats().evictions).toBe(evictions);
  });
});

test('finds every key again while the table grows', () => {
  const clock = new ManualClock();
  const store = new MemoryWindowStore({ clock });
  const windows = store.open(spec(100, 60_000, 6_000));
  for (let round = 1; round <= 3; round++) {
    for (let key = 0; key < 30_000; key++) windows.consume(`k${key}`, round);
  }
  for (let key = 0; key < 30_000; key += 7) expect(windows.peek(`k${key}`, 1).remaining[0]).toBe(94);
  expect(store.getStats()).toMatchObject({ keys: 30_000, evictions: 0 });
  // Then it goes on growing, and drops what has run out instead of moving it.
  clock.stepNow(130_000);
  for (let key = 0; key < 30_000; key++) windows.consume(`later ${key}`, 1);
  for (let key = 0; key < 30_000; key += 7) expect(windows.peek(`later ${key}`, 1).remaining[0]).toBe(99);
  expect(store.getStats().keys).toBeGreaterThanOrEqual(30_000);
  expect(store.getStats().keys).toBeLessThan(60_000);
  windows.resetAll();
  expect(store.getStats().keys).toBe(0);
  expect(windows.consume('k1', 100).allowed).toBe(true);
});

test.each([
  ['10 buckets', 6_000, 80],
  ['60 buckets', 1_000, 200],
])('holds a key with %s in few bytes', (_name, precision, bytes) => {
  const store = new MemoryWindowStore({ clock: new ManualClock() });
  const windows = store.open(spec(100, 60_000, precision));
  const reserved = store.getStats().memory;
  for (let key = 0; key < 60_000; key++) windows.consume(`k${key}`, 1);
  const { keys, memory } = store.getStats();
  expect((memory - reserved) / keys).toBeLessThanOrEqual(bytes);
});

test.each([5, 100])('counts on when times no longer fit 31 bits (limit %i)', (limit) => {
  const clock = new ManualClock();
  const store = new MemoryWindowStore({ clock });
  const windows = store.open(spec(limit, 100, 10));
  for (let step = 0; step < 40; step++) {
    clock.stepNow(2 ** 31 / 10 - 77);
    windows.consume('a', limit - 1);
    clock.stepNow(60);
    expect(windows.consume('a', 1).allowed).toBe(true);
    expect(windows.consume('a', 1).allowed).toBe(false);
    clock.stepNow(60); // the first are out of the window, the last is not
    expect(windows.peek('a', 1).remaining[0]).toBeGreaterThanOrEqual(limit - 1);
    expect(windows.consume('a', limit).allowed).toBe(false);
  }
});

test.each([
  ['a log', 5, 2 ** 31],
  ['a ring', 100, 2 ** 31 * 10],
])('%s keeps what it holds when times no longer fit 31 bits', (_name, limit, edge) => {
  for (let before = 1; before < 120; before += 9) {
    const clock = new ManualClock();
    const windows = new MemoryWindowStore({ clock }).open(spec(limit, 100, 10));
    windows.consume('early', 1);
    clock.stepNow(edge - before);
    windows.consume('a', 2);
    clock.stepNow(30);
    windows.consume('a', limit - 3);
    clock.stepNow(60);
    expect(windows.peek('a', 1).remaining[0]).toBe(1);
    const { retryAfter } = windows.peek('a', 3);
    expect(retryAfter[0]).toBeGreaterThanOrEqual(10);
    expect(retryAfter[0]).toBeLessThanOrEqual(20);
    clock.stepNow(retryAfter[0] as number);
    expect(windows.peek('a', 3).remaining[0]).toBe(3);
    expect(windows.peek('early', 1).remaining[0]).toBe(limit);
    clock.stepNow(130);
    expect(windows.peek('a', 1).remaining[0]).toBe(limit);
  }
});

test('windows of many days and of a millisecond', () => {
  for (const [limit, window] of [
    [3, 90 * 86_400_000],
    [50, 90 * 86_400_000],
    [3, 1],
    [50, 1],
    [50, 7],
  ] as const) {
    const clock = new ManualClock();
    const windows = new MemoryWindowStore({ clock }).open(spec(limit, window, 1_000));
    for (let i = 0; i < limit; i++) expect(windows.consume('a', 1).allowed).toBe(true);
    clock.stepNow(window - 1);
    const { allowed, retryAfter } = windows.consume('a', 1);
    expect(allowed).toBe(false);
    expect(retryAfter[0]).toBeLessThanOrEqual(1 + window / 10);
    clock.stepNow(retryAfter[0] as number);
    expect(windows.consume('a', 1).allowed).toBe(true);
  }
});

test.each([{ maxKeys: 1 }, { maxMemory: 1 }, { onTableFull: 'drop' }, { maxkeys: 100 }])(
  'refuses %p',
  (options) => {
    expect(() => new MemoryWindowStore(options as never)).toThrow(/^Option `/);
  },
);

test('its size is the documented one, also where a limiter makes it', () => {
  const size = { maxKeys: 1_048_576, maxMemory: 67_108_864, onTableFull: 'sketch' };
  expect(MEMORY_WINDOW_STORE_DEFAULTS).toEqual(size);
  expect(RATE_LIMITER_DEFAULTS).toMatchObject(size);
});
