import type { Measured } from './measured.js';
import { measured } from './measured.js';
import { collectGarbage } from './measure.js';

/** Bytes in use: the JavaScript heap and what it holds outside (array buffers among it). */
function inUse(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * Bytes that one entry of a structure keeps alive: builds one of `count` entries, `rounds` times, and compares the
 * memory in use before and after, each after full collections.
 */
export async function retainedBytes(
  build: (count: number) => unknown,
  count: number,
  rounds = 3,
): Promise<Measured> {
  await retained(build, Math.min(count, 100)); // what is allocated once per process
  const figures: number[] = [];
  for (let round = 0; round < rounds; round++) figures.push((await retained(build, count)) / count);
  return measured(figures, 'B/entry');
}

/** A function of its own, ended by a turn of the event loop: nothing refers to the structure of the round before. */
async function retained(build: (count: number) => unknown, count: number): Promise<number> {
  await new Promise(setImmediate);
  const before = inUse();
  const holder = { held: await build(count) };
  const bytes = inUse() - before;
  holder.held = undefined;
  return bytes;
}

/**
 * Bytes of JavaScript heap that one operation allocates, alive or not. Takes batches that fit the young generation;
 * one that a collection ran into is dropped.
 */
export async function allocatedBytes(
  operation: () => unknown,
  batch = 1_000,
  rounds = 25,
): Promise<Measured> {
  const figures: number[] = [];
  for (let round = 0; round < rounds + 5; round++) {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < batch; index++) {
      const result = operation();
      if (result instanceof Promise) await result;
    }
    const bytes = process.memoryUsage().heapUsed - before;
    if (round >= 5 && bytes >= 0) figures.push(bytes / batch);
  }
  return measured(figures, 'B/op');
}
