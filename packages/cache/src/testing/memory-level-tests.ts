import assert from 'node:assert/strict';
import type { Milliseconds } from '@spark-perf/core';
import type { MemoryLevel } from '../levels/memory-level.js';
import type { ConformanceTest } from './conformance-test.js';
import { conformanceTests } from './conformance-test.js';

/** A level of at most 3 entries and 1,000 bytes, and what moves its time. */
export interface MemoryLevelHarness {
  readonly level: MemoryLevel<{ readonly n: number }>;
  readonly elapse: (ms: Milliseconds) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** What every `MemoryLevel` must do. */
export function memoryLevelTests(open: () => Promise<MemoryLevelHarness>): readonly ConformanceTest[] {
  return conformanceTests(open, {
    'gives back what was set, until its time is over': async ({ level, elapse }) => {
      const value = { n: 1 };
      level.set('a', value, 100, 10);
      assert.equal(level.get('a'), value);
      assert.equal(level.peek('a'), value);
      await elapse(99);
      assert.equal(level.get('a'), value);
      assert.equal(level.age('a'), 99);
      await elapse(2);
      assert.equal(level.get('a'), undefined);
      assert.equal(level.age('a'), 0);
    },
    'a time of 0 keeps nothing, and takes away what was there': async ({ level }) => {
      level.set('a', { n: 1 }, 100, 10);
      level.set('a', { n: 2 }, 0, 10);
      assert.equal(level.get('a'), undefined);
    },
    'delete and clear': async ({ level }) => {
      level.set('a', { n: 1 }, 100, 10);
      level.set('b', { n: 2 }, 100, 10);
      level.delete('a');
      assert.equal(level.get('a'), undefined);
      level.clear();
      assert.equal(level.get('b'), undefined);
      assert.equal(level.size, 0);
    },
    'what was used least recently leaves first; overwriting evicts nobody': async ({ level }) => {
      for (const key of ['a', 'b', 'c']) level.set(key, { n: 1 }, 100, 10);
      level.get('a');
      level.peek('b');
      level.set('c', { n: 2 }, 100, 10);
      assert.equal(level.size, 3);
      level.set('d', { n: 3 }, 100, 10);
      assert.equal(level.get('b'), undefined);
      assert.deepEqual(level.get('a'), { n: 1 });
      assert.deepEqual(level.get('c'), { n: 2 });
    },
    'stays within its bytes; what is larger is not kept': async ({ level }) => {
      level.set('a', { n: 1 }, 100, 600);
      level.set('b', { n: 2 }, 100, 600);
      assert.equal(level.get('a'), undefined);
      assert.ok(level.bytes <= 1_000);
      level.set('c', { n: 3 }, 100, 1_001);
      assert.equal(level.get('c'), undefined);
    },
  });
}
