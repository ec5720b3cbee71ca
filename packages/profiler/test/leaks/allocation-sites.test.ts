import { expect, test } from '@jest/globals';
import { AllocationSites } from '../../src/leaks/allocation-sites.js';
import { isSampling } from './is-sampling.js';

test('the functions whose allocations are still alive are told, most first, five at most', () => {
  const sites = new AllocationSites();
  expect(sites.top()).toEqual([]);
  sites.start();
  sites.start();
  const kept: object[] = [];
  (function holdsMuch() {
    for (let i = 0; i < 300_000; i++) kept.push({ i, text: [i] });
  })();
  const top = sites.top();
  sites.stop();
  expect(kept).toHaveLength(300_000);
  expect(top.length).toBeLessThanOrEqual(5);
  expect(top.map(({ functionName }) => functionName)).toContain('holdsMuch');
  expect(top.map(({ bytes }) => bytes)).toEqual(top.map(({ bytes }) => bytes).sort((a, b) => b - a));
  const own = top.find(({ functionName }) => functionName === 'holdsMuch');
  expect(own?.location).toMatch(/^allocation-sites\.test\.ts:\d+$/);
  expect(own?.bytes).toBeGreaterThan(1_000_000);
  expect(sites.top()).toEqual([]);
});

test('nothing is sampled before start, nor after stop', () => {
  const sites = new AllocationSites();
  expect(isSampling()).toBe(false);
  sites.start();
  expect(isSampling()).toBe(true);
  sites.start();
  sites.stop();
  expect(isSampling()).toBe(false);
  sites.stop();
});
