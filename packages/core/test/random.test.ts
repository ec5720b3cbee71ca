import { expect, test } from '@jest/globals';
import { seededRandom, systemRandom } from '../src/index.js';

test('the same seed gives the same sequence, another seed another', () => {
  const take = (seed: number): number[] => Array.from({ length: 20 }, seededRandom(seed));
  expect(take(42)).toEqual(take(42));
  expect(take(42)).not.toEqual(take(43));
});

test.each([
  ['seeded', seededRandom(7)],
  ['system', systemRandom],
])('%s values are in [0, 1) and spread evenly', (_name, random) => {
  const bins = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    bins[Math.floor(random() * 10)]!++;
  }
  expect(bins).toHaveLength(10); // a value outside [0, 1) would have made another bin
  // 10,000 expected, standard deviation 95: ten deviations never happen by chance.
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(950);
});
