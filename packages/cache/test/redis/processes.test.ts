import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { soakCount, startRedis, testSeed, waitFor } from '@spark-perf/test-services';

import { openInstance } from './open-instance.js';

const PROCESSES = 8;
const WORKER = path.join(__dirname, '../fixtures/worker.mjs');
let redis: RedisService;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await redis.command('FLUSHALL');
});

async function fleet<T>(mode: string, rounds: number): Promise<T[]> {
  const seed = testSeed();
  const run = async (_: unknown, index: number): Promise<T> => {
    const args = [WORKER, redis.url, String(seed + index * 7_919), String(rounds), mode];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 240_000 });
    return JSON.parse(stdout) as T;
  };
  return Promise.all(Array.from({ length: PROCESSES }, run));
}

test.each([
  ['on two levels', 'race', 10_000],
  ['on three levels', 'database', 3_000],
])(
  '8 processes %s change, fetch and read the same keys: nobody gets what was promised to be gone',
  async (_name, mode, rounds) => {
    const results = await fleet<{ failures: string[]; errors: number; fetches: number }>(
      mode,
      soakCount(rounds),
    );
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    expect(results.every(({ fetches }) => fetches > 0)).toBe(true);
  },
  300_000,
);

test('8 processes of 100 callers on a cold key: one fetch', async () => {
  const results = await fleet<{ values: number[] }>('stampede', 0);
  expect(results).toEqual(results.map(() => ({ values: [1] })));
  expect(await redis.command('GET', 'fetches')).toBe('1');
}, 120_000);

test('a process that holds a lease is killed: somebody else fetches once it has run out, and not before', async () => {
  const LEASE = 1_000;
  const child = spawn(process.execPath, [WORKER, redis.url, '1', String(LEASE), 'hold'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const next = await openInstance(redis.url);
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(String(line).trim()).toBe('holding');
    const name = 'spark:cache:{kheld}:lease';
    // It renews what it holds.
    const holder = await redis.command('GET', name);
    let left = Infinity;
    await waitFor(async () => {
      const now = Number(await redis.command('PTTL', name));
      const renewed = now > left;
      left = now;
      return renewed;
    });
    let fetches = 0;
    const waiting = next.cache.getOrSet('held', () => ++fetches, { distributedLock: true });
    await waitFor(() => next.cache.getStats().flights === 1);
    expect([fetches, await redis.command('GET', name)]).toEqual([0, holder]);
    child.kill('SIGKILL');
    // Nobody gives the lease back: Redis lets it run out.
    expect(await waiting).toBe(1);
    expect([fetches, await next.cache.get('held')]).toEqual([1, 1]);
    expect(next.errors).toEqual([]);
  } finally {
    child.kill('SIGKILL');
    await next.close();
  }
}, 60_000);
