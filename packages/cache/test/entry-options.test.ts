import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { InvalidOptionError } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import type { FetchContext } from '../src/index.js';
import { InvalidKeyError, MultiLevelCache } from '../src/index.js';

let clock: ManualClock;
let cache: MultiLevelCache;
beforeEach(() => {
  clock = new ManualClock();
  cache = new MultiLevelCache({ clock });
});
afterEach(() => cache.close());

test.each<[string, unknown]>([
  ['ttl', { ttl: -1 }],
  ['ttl', { ttl: NaN }],
  ['ttl', { ttl: '5' }],
  ['grace', { grace: -1 }],
  ['grace', { grace: Infinity }],
  ['size', { size: -1 }],
  ['tags', { tags: 'a' }],
  ['options', null],
  ['options', '5'],
])('%s of %j is refused by whatever takes it', async (_name, options) => {
  const given = options as never;
  await expect(cache.set('k', 1, given)).rejects.toBeInstanceOf(InvalidOptionError);
  await expect(cache.getOrSet('k', () => 1, given)).rejects.toBeInstanceOf(InvalidOptionError);
  await expect(cache.refresh('k', () => 1, given)).rejects.toBeInstanceOf(InvalidOptionError);
  expect(cache.peek('k')).toBeUndefined();
});

test.each<[string, unknown]>([
  ['softTimeout', { softTimeout: -1 }],
  ['hardTimeout', { hardTimeout: 0.5 }],
  ['negativeTTL', { negativeTTL: -1 }],
  ['negativeTTL', { negativeTTL: Infinity }],
])('%s of %j is refused', async (_name, options) => {
  await expect(cache.getOrSet('k', () => 1, options as never)).rejects.toBeInstanceOf(InvalidOptionError);
});

test('of several entries with one that is bad nothing is kept', async () => {
  const entries = [
    { key: 'a', value: 1 },
    { key: 'b', value: 2, ttl: -1 },
  ];
  await expect(cache.setMany(entries)).rejects.toBeInstanceOf(InvalidOptionError);
  expect([cache.peek('a'), cache.peek('b')]).toEqual([undefined, undefined]);
});

test.each<[string, unknown]>([
  ['a number', 500],
  ['an object', { ttl: 500 }],
])('%s is the ttl', async (_name, options) => {
  await cache.set('k', 1, options as number);
  await cache.getOrSet('f', () => 1, options as number);
  await clock.advance(499);
  expect([cache.peek('k'), cache.peek('f')]).toEqual([1, 1]);
  await clock.advance(2);
  expect([cache.peek('k'), cache.peek('f')]).toEqual([undefined, undefined]);
});

test('a ttl of 0 keeps nothing, and takes away what was there', async () => {
  await cache.set('k', 'old', { tags: ['t'] });
  await cache.set('k', 'new', { ttl: 0, grace: 1_000 });
  expect(await cache.lookup('k')).toEqual({ hit: false });
  await cache.getOrSet('k', () => 1, 0);
  expect(await cache.lookup('k')).toEqual({ hit: false });
});

describe('what a fetcher says', () => {
  test.each<[string, (context: FetchContext) => void, new (...args: never[]) => Error]>([
    ['setTTL(-1)', (context) => context.setTTL(-1), InvalidOptionError],
    ['setGrace(Infinity)', (context) => context.setGrace(Infinity), InvalidOptionError],
    ["addTags('')", (context) => context.addTags('fine', ''), InvalidKeyError],
  ])('%s is its failure', async (_name, say, kind) => {
    const fetched = cache.getOrSet('k', (context) => {
      say(context);
      return 1;
    });
    await expect(fetched).rejects.toBeInstanceOf(kind);
    expect(cache.peek('k')).toBeUndefined();
  });

  test('counts more than what the caller has said', async () => {
    const options = { ttl: 1_000, grace: 1_000, tags: ['given'] };
    const fetch = (key: string) =>
      cache.getOrSet(
        key,
        (context) => {
          expect([context.key, context.stale, context.signal.aborted]).toEqual([key, undefined, false]);
          context.setTTL(100);
          context.setGrace(0);
          context.addTags('own', 'another');
          return 1;
        },
        options,
      );
    await fetch('a');
    await clock.advance(99);
    expect(cache.peek('a')).toBe(1);
    await clock.advance(2);
    expect(await cache.lookup('a')).toEqual({ hit: false });
    for (const tag of ['given', 'own', 'another']) {
      await fetch('b');
      await cache.invalidateTags([tag]);
      expect(cache.peek('b')).toBeUndefined();
    }
  });

  test('tags belong to the namespace of the key', async () => {
    const space = cache.namespace('n');
    await space.getOrSet('k', (context) => {
      context.addTags('t');
      return 1;
    });
    await cache.invalidateTags(['t']);
    expect(space.peek('k')).toBe(1);
    await space.invalidateTags(['t']);
    expect(space.peek('k')).toBeUndefined();
  });
});

test('the size that is given is what counts', async () => {
  await using small = new MultiLevelCache({ l1MaxBytes: 1_000, clock });
  await small.set('large', 'x', { size: 2_000 });
  expect(small.peek('large')).toBeUndefined();
  await small.set('small', 'x'.repeat(5_000), { size: 10 });
  expect(small.peek('small')).toHaveLength(5_000);
  await small.getOrSet('fetched', () => 'x'.repeat(5_000), { size: 10 });
  expect([small.getStats().l1.size, small.getStats().l1.bytes]).toEqual([2, 20 + 'smallfetched'.length]);
});
