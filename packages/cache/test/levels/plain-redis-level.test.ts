import { beforeEach, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { LocalVersions } from '../../src/coherence/local-versions.js';
import { PlainRedisLevel } from '../../src/levels/plain-redis-level.js';

let calls: unknown[][];
let texts: Map<string, string>;
let level: PlainRedisLevel;
let versions: LocalVersions;
beforeEach(() => {
  calls = [];
  texts = new Map();
  versions = new LocalVersions(new ManualClock({ wall: 1_000 }));
  const client = {
    get: (key: string) => Promise.resolve(texts.get(key) ?? null),
    setex: (...args: [string, number, string]) => {
      calls.push(args.slice(0, 2));
      return Promise.resolve(texts.set(args[0], args[2]));
    },
    del: (key: string) => {
      calls.push([key]);
      return Promise.resolve(texts.delete(key));
    },
  };
  level = new PlainRedisLevel(client, 'p:', versions);
});

test.each([
  [1, 1],
  [1_000, 1],
  [1_001, 2],
  [60_000, 60],
  [2 ** 52, 2 ** 31 - 1],
])('a life of %i ms is %i whole seconds: it never ends too early', async (ttl, seconds) => {
  await level.write({ key: 'k', body: 'body', ttl });
  await level.fill({ key: 'f', body: 'body', ttl, expected: 5 });
  await level.replay({ key: 'r', body: 'body', ttl });
  expect(calls).toEqual(['k', 'f', 'r'].map((key) => [`p:${key}`, seconds]));
});

test('a head stands where a script would have written one, and a deletion leaves nothing', async () => {
  await level.write({ key: 'k', body: 'body', ttl: 1 });
  const { texts: read } = await level.read(['k', 'none'], []);
  expect(read).toEqual([expect.stringMatching(/^v0{15}1-{8}body$/), null]);
  await level.write({ key: 'k', body: undefined, ttl: 1 });
  expect((await level.read(['k'], [])).texts).toEqual([null]);
});

test('versions are those of this process, and only count', async () => {
  const before = await level.versions(['t']);
  expect(before).toEqual({ clock: 1_000_000, base: 0, tags: [0] });
  expect(await level.bump()).toBe(before.clock + 1);
  expect((await level.read([], ['t', 'u'])).versions).toEqual({ clock: 1_000_001, base: 0, tags: [0, 0] });
});

test('there is nobody to share a lease with', async () => {
  expect(await level.claim()).toEqual({ acquired: true, text: null });
  expect([await level.renew(), await level.surrender(), await level.time()]).toEqual([true, undefined, 0]);
});
