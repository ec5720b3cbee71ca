import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { soakCount, startRedis, testSeed } from '@spark-perf/test-services';

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

test('8 processes change, fetch and read the same keys: nobody gets what was promised to be gone', async () => {
  const results = await fleet<{ failures: string[]; errors: number; fetches: number }>(
    'race',
    soakCount(10_000),
  );
  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
  expect(results.every(({ fetches }) => fetches > 0)).toBe(true);
}, 300_000);

test('8 processes of 100 callers on a cold key: one fetch', async () => {
  const results = await fleet<{ values: number[] }>('stampede', 0);
  expect(results).toEqual(results.map(() => ({ values: [1] })));
  expect(await redis.command('GET', 'fetches')).toBe('1');
}, 120_000);
