import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@spark-perf/core';
import type { Random } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { soakCount, testSeed } from '@spark-perf/test-services';
import type { CacheSpace } from '../../src/index.js';
import { MultiLevelCache } from '../../src/index.js';
import { Schedule, settle } from './schedule.js';
import { slowDatabase, slowRedis } from './slow-stores.js';

const KEY = 'k';
const TAG = 't';

interface World {
  readonly cache: CacheSpace;
  readonly schedule: Schedule;
  readonly random: Random;
  /** What the origin says: grows with every change. */
  truth: number;
  /** The truth at the last change that the cache was told of. */
  floor: number;
  /** The same for changes of the key itself: without scripts, tags and epochs are known to one process only. */
  keyFloor: number;
  readonly failures: string[];
}

type Change = (world: World) => Promise<unknown>;

const changes: Record<string, Change> = {
  delete: ({ cache }) => cache.invalidate(KEY),
  set: (world) => world.cache.set(KEY, world.truth, { tags: [TAG] }),
  'tag invalidation': ({ cache }) => cache.invalidateTags([TAG]),
  clear: ({ cache }) => cache.clear(),
};

/** A change of the origin, and the cache is told. From this very moment nothing older may be given out. */
function change(world: World, how: Change): void {
  world.truth++;
  world.floor = world.truth;
  if (how === changes.delete || how === changes.set) world.keyFloor = world.truth;
  how(world).catch((error: unknown) => world.failures.push(String(error)));
}

function check(world: World, what: string, floor: number, value: unknown): void {
  if (value !== null && (value as number) < floor)
    world.failures.push(`${what} gave ${String(value)}, asked for when the truth was ${floor}`);
}

function read(world: World, fetch: boolean): void {
  const { cache, schedule, floor, random } = world;
  const peeked = cache.peek(KEY);
  if (peeked !== undefined) check(world, 'peek', floor, peeked);
  if (!fetch) {
    void cache.get(KEY).then((value) => check(world, 'get', floor, value));
    void cache.getMany([KEY, 'other']).then(([value]) => check(world, 'getMany', floor, value));
    return;
  }
  const mode = random();
  const fetcher = async (): Promise<number | null> => {
    const value = world.truth;
    await schedule.pause();
    if (mode < 0.1) throw new Error('origin');
    return mode < 0.2 ? null : value;
  };
  const options = { tags: [TAG], negativeTTL: mode < 0.3 ? 50 : 0, grace: mode < 0.6 ? 1_000_000 : 0 };
  cache.getOrSet(KEY, fetcher, options).then(
    (value) => check(world, 'getOrSet', floor, value),
    (error: Error) => {
      if (error.message !== 'origin') world.failures.push(String(error));
    },
  );
}

type Levels = 'l1' | 'l2' | 'l3' | 'all';

async function run(seed: number, how: readonly Change[], levels: Levels, outages = false): Promise<void> {
  const random = seededRandom(seed);
  const schedule = new Schedule(random);
  const clock = new ManualClock();
  const failing = { redis: false, database: false };
  const options = {
    clock,
    l1TTL: 10,
    levelTimeout: 1_000_000,
    hardTimeout: Infinity,
    ...(levels === 'l2' || levels === 'all' ? { redisClient: slowRedis(schedule, () => failing.redis) } : {}),
    ...(levels === 'l3' || levels === 'all'
      ? { databaseClient: slowDatabase(schedule, () => failing.database) }
      : {}),
  };
  const root = new MultiLevelCache(options);
  const cache = random() < 0.5 ? root : root.namespace('n');
  const world: World = { cache, schedule, random, truth: 1, floor: 0, keyFloor: 0, failures: [] };
  for (let step = 0; step < 40 && world.failures.length === 0; step++) {
    const what = random();
    if (what < 0.25) read(world, true);
    else if (what < 0.35) read(world, false);
    else if (what < 0.45) change(world, how[Math.floor(random() * how.length)]!);
    // Its copy in this process goes, so that the next look goes further out.
    else if (what < 0.5) await clock.advance(11);
    else if (outages && what < 0.54) failing.redis = !failing.redis;
    else if (outages && what < 0.58) failing.database = !failing.database;
    // Long enough for a level that is down to be tried again: what it has missed is replayed.
    else if (outages && what < 0.66) await clock.advance(60);
    else schedule.step();
    if (random() < 0.5) await settle();
  }
  await schedule.drain();
  if (outages) await recover(root, world, failing, clock);
  read(world, false);
  await schedule.drain();
  if (outages) {
    // What is there now is what any other process finds.
    const other = new MultiLevelCache(options);
    const found = (cache === root ? other : other.namespace('n')).get(KEY);
    await schedule.drain();
    check(world, 'another process', world.keyFloor, await found);
    void other.close();
  }
  expect({ seed, failures: world.failures }).toEqual({ seed, failures: [] });
  const closing = root.close();
  await schedule.drain();
  await closing;
}

/** All is well again: the levels are tried until they are up, which they are when nothing is missing. */
async function recover(
  root: MultiLevelCache,
  { schedule, failures }: World,
  failing: { redis: boolean; database: boolean },
  clock: ManualClock,
): Promise<void> {
  failing.redis = failing.database = false;
  const down = () => [root.getStats().l2, root.getStats().l3].some((level) => level?.up === false);
  for (let i = 0; i < 20 && down(); i++) {
    await clock.advance(1_000);
    await schedule.drain();
  }
  if (down()) failures.push('a level did not recover');
}

const classes = [
  ...Object.entries(changes).map(([name, how]) => [name, [how]] as const),
  ['any', Object.values(changes)] as const,
];

describe.each(classes)('%s during fetches, promotions and writes', (_name, how) => {
  test.each(['l1', 'l2', 'l3', 'all'] as const)('%s', async (levels) => {
    const first = testSeed();
    for (let i = 0; i < soakCount(2_500); i++) await run(first + i, how, levels);
  });
});

describe('levels that fail: what they have missed is replayed while it changes again', () => {
  test.each(['l2', 'l3', 'all'] as const)('%s', async (levels) => {
    const first = testSeed();
    for (let i = 0; i < soakCount(10_000); i++) await run(first + i, Object.values(changes), levels, true);
  });
});
