import { expect, test } from '@jest/globals';
import { KeyStates } from '../../src/coherence/key-states.js';

test('a key has a state as long as anybody holds it', () => {
  const keys = new KeyStates();
  const one = keys.hold('k');
  expect(keys.hold('k')).toBe(one);
  keys.bump('k');
  expect(one.generation).toBe(1);
  keys.release(one);
  keys.bump('k');
  expect([one.generation, keys.size]).toEqual([2, 1]);
  keys.release(one);
  keys.bump('k');
  expect([one.generation, keys.size]).toEqual([2, 0]);
  expect(keys.hold('k').generation).toBe(0);
});

test('a batch sees what changes while it is under way, and costs nothing after it', () => {
  const keys = new KeyStates();
  const watch = keys.watch();
  expect([watch.changed('a'), keys.size]).toEqual([false, 1]);
  keys.bump('a');
  expect([watch.changed('a'), watch.changed('b')]).toEqual([true, false]);
  keys.unwatch(watch);
  keys.bump('b');
  expect([watch.changed('b'), keys.size]).toEqual([false, 0]);
});

test('beyond a thousand changes all keys count as changed', () => {
  const keys = new KeyStates();
  const watch = keys.watch();
  for (let i = 0; i < 1_000; i++) keys.bump(`k${i}`);
  expect(watch.changed('other')).toBe(false);
  for (let i = 0; i < 1_000; i++) keys.bump(`k${i}`);
  expect(watch.changed('other')).toBe(false);
  keys.bump('one more');
  expect(watch.changed('other')).toBe(true);
});
