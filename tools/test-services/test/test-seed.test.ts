import { afterEach, expect, jest, test } from '@jest/globals';

const before = process.env.SPARK_SEED;
afterEach(() => {
  jest.restoreAllMocks();
  if (before === undefined) delete process.env.SPARK_SEED;
  else process.env.SPARK_SEED = before;
});

async function freshTestSeed(): Promise<() => number> {
  let fresh: (() => number) | undefined;
  await jest.isolateModulesAsync(async () => {
    fresh = (await import('../src/test-seed.js')).testSeed;
  });
  if (!fresh) throw new Error('not loaded');
  return fresh;
}

test('takes SPARK_SEED', async () => {
  process.env.SPARK_SEED = '42';
  expect((await freshTestSeed())()).toBe(42);
});

test('refuses a seed that is none', async () => {
  process.env.SPARK_SEED = '-1';
  expect(await freshTestSeed()).toThrow('received "-1"');
});

test('else a random one, printed once, the same for all callers', async () => {
  delete process.env.SPARK_SEED;
  const printed: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const testSeed = await freshTestSeed();
  const seed = testSeed();
  expect(testSeed()).toBe(seed);
  expect(printed).toEqual([`random tests use SPARK_SEED=${seed}\n`]);
});
