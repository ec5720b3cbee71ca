import { expect, test } from '@jest/globals';
import { MemorySeries } from '../../src/leaks/memory-series.js';

const bounds = { threshold: 0, limit: 1e6, horizon: Infinity };
const all = { heap: bounds, external: bounds, rss: bounds };

test('each series has its own points and bounds', () => {
  const series = new MemorySeries(100);
  for (let i = 0; i < 20; i++)
    series.add(i * 1_000, undefined, { heap: 10 * i, external: 20 * i, rss: 1_000 - 30 * i });
  const { heap, external, rss } = series.test({ ...all, external: { ...bounds, threshold: 1e6 } });
  expect([heap, external, rss].map(({ slope }) => slope)).toEqual([10, 20, -30]);
  expect([heap, external, rss].map(({ growing }) => growing)).toEqual([true, false, false]);
});

test('a window of so many points is kept: the last ones', () => {
  const series = new MemorySeries(16);
  for (let i = 0; i < 16; i++) series.add(i * 1_000, undefined, { heap: 1e5 - i, external: 0, rss: 0 });
  expect(series.length).toBe(16);
  for (let i = 16; i < 32; i++) series.add(i * 1_000, undefined, { heap: 2 * i, external: 0, rss: 0 });
  expect(series.length).toBe(16);
  expect(series.test(all).heap).toMatchObject({ slope: 2, points: 16, growth: 26 });
});
