import { expect, jest, test } from '@jest/globals';
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { V8MemorySource } from '../../src/leaks/v8-memory-source.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

test('every major collection counts, forced ones and those before a rotation too', () => {
  const source = new V8MemorySource();
  expect(source.takeMajors().count).toBe(0);
  source.start();
  source.start();
  collect();
  source.rotate();
  collect();
  const { count, liveHeap, external } = source.takeMajors();
  expect(count).toBeGreaterThanOrEqual(2);
  expect(liveHeap).toBeGreaterThan(1_000_000);
  expect(liveHeap).toBeLessThan(source.heapLimit());
  expect(Number.isFinite(external)).toBe(true);
  source.stop();
  collect();
  expect(source.takeMajors().count).toBe(0);
  // Neither asking nor rotating starts it anew.
  source.rotate();
  collect();
  expect(source.takeMajors()).toEqual({ count: 0, liveHeap: Infinity, external: Infinity });
});

test.each([
  ['a limit of its own', 1_000_000, 1_000_000],
  ['none', 0, totalmem()],
  ['one beyond the machine', 2 ** 63, totalmem()],
])('a process with %s may take so much', (_name, constrained, limit) => {
  const asked = jest.spyOn(process, 'constrainedMemory').mockReturnValue(constrained);
  try {
    expect(new V8MemorySource().memoryLimit()).toBe(limit);
  } finally {
    asked.mockRestore();
  }
});
