import { beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { Capture } from '../src/capture.js';
import { KeyStates } from '../src/coherence/key-states.js';
import { TagTable } from '../src/coherence/tag-table.js';
import type { HotPut } from '../src/first-level.js';
import { FirstLevel } from '../src/first-level.js';
import type { HotEntry } from '../src/hot-entry.js';
import { LruMemoryLevel } from '../src/levels/lru-memory-level.js';

let clock: ManualClock;
let tags: TagTable;
let level: FirstLevel;
beforeEach(() => {
  clock = new ManualClock({ now: 1_000 });
  tags = new TagTable(100);
  const memory = new LruMemoryLevel<HotEntry>({ maxSize: 100, maxBytes: 10_000, clock });
  level = new FirstLevel(memory, tags, clock, true);
});

const put = (change: Partial<HotPut> = {}): HotPut => ({
  ...{ value: 'v', mutable: false, bytes: 10, soft: 500, hard: 500, age: 0, tags: ['e'], now: undefined },
  ...change,
});
const keep = (key: string, change?: Partial<HotPut>, stamp = level.stamp): void =>
  level.put(key, put(change), tags.seq, stamp);
/** Whether it is given out as it is, or at least where nothing can be verified. */
const passes = (key: string) => [level.fresh(key) !== undefined, level.valid(key, false) !== undefined];

// Ordinary entries share what is known of them; those with tags, grace or an age have it for themselves.
describe.each<[string, Partial<HotPut>]>([
  ['an ordinary entry', {}],
  ['one with tags', { tags: ['e', 't'] }],
  ['one with grace', { hard: 900 }],
  ['one of some age', { age: 100 }],
  ['one that must be copied', { mutable: true }],
])('%s', (_name, change) => {
  test('is verified before use once messages may have been lost', () => {
    keep('before', change);
    expect(passes('before')).toEqual([true, true]);
    const stamp = level.stamp;
    level.distrust(true);
    keep('after', change);
    // What was read before and comes only now is as doubtful.
    keep('late', change, stamp);
    expect(['before', 'after', 'late'].map(passes)).toEqual([
      [false, true],
      [true, true],
      [false, true],
    ]);
    expect(['before', 'after', 'late'].map((key) => level.valid(key, true) !== undefined)).toEqual([
      ...[false, true, false],
    ]);
    keep('before', change);
    expect(passes('before')).toEqual([true, true]);
  });

  test('is always verified while messages can not come, and never while there is nothing to verify with', () => {
    level.distrust(false);
    keep('k', change);
    expect([passes('k'), level.valid('k', true)]).toEqual([[false, true], undefined]);
    level.lenient = true;
    expect([passes('k'), level.valid('k', true) !== undefined]).toEqual([[true, true], true]);
    level.lenient = false;
    expect(passes('k')).toEqual([false, true]);
    level.distrust(true);
    expect(passes('k')).toEqual([false, true]);
  });

  test('is fresh for so long', async () => {
    keep('k', change);
    await clock.advance(499);
    expect([passes('k'), level.isStale(level.valid('k', true)!)]).toEqual([[true, true], false]);
    await clock.advance(2);
    expect(level.fresh('k')).toBeUndefined();
    const stale = level.valid('k', true);
    expect(stale === undefined ? undefined : level.isStale(stale)).toBe(
      change.hard === 900 ? true : undefined,
    );
    await clock.advance(400);
    expect(passes('k')).toEqual([false, false]);
  });

  test('knows its age, wherever it was made', async () => {
    keep('k', change);
    await clock.advance(300);
    expect(level.age('k', level.valid('k', true)!)).toBe(300 + (change.age ?? 0));
  });

  test('is not kept with no time left, and takes away what was there', () => {
    keep('k', change);
    keep('k', { ...change, soft: 0, hard: 0 });
    expect([passes('k'), level.size]).toEqual([[false, false], 0]);
  });
});

test('a tag concerns what was there before its invalidation', () => {
  keep('before', { tags: ['e', 't'] });
  keep('other', { tags: ['e', 'u'] });
  const { seq } = tags;
  tags.invalidate('t', 5);
  keep('after', { tags: ['e', 't'] });
  // What began before it and comes only now.
  level.put('late', put({ tags: ['e', 't'] }), seq, level.stamp);
  expect(['before', 'other', 'after', 'late'].map(passes)).toEqual([
    [false, false],
    [true, true],
    [true, true],
    [false, false],
  ]);
});

test('while nothing can be verified an invalidated entry is not given out either', () => {
  keep('k', { tags: ['e', 't'] });
  level.lenient = true;
  tags.invalidate('t');
  expect(passes('k')).toEqual([false, false]);
});

test('what has been overtaken is not kept', () => {
  const keys = new KeyStates();
  const capture = () =>
    new Capture(keys, tags, 'k', ['e'], { stamp: level.stamp, at: clock.now(), seen: 0 }, 0);
  for (const change of [() => keys.bump('k'), () => tags.invalidate('t'), () => tags.invalidate('e')]) {
    const began = capture();
    change();
    expect([level.commit(began, put({ tags: ['e', 't'] })), level.fresh('k')]).toEqual([false, undefined]);
    began.release();
    began.release();
  }
  const began = capture();
  tags.invalidate('other');
  expect([level.commit(began, put({ tags: ['e', 't'] })), level.fresh('k')?.value]).toEqual([true, 'v']);
  began.release();
  expect(keys.size).toBe(0);
});

test('what it takes: the value and its key', () => {
  keep('key', { bytes: 100 });
  expect([level.size, level.bytes]).toEqual([1, 103]);
  level.delete('key');
  keep('a');
  level.clear();
  expect([level.size, level.bytes]).toEqual([0, 0]);
});
