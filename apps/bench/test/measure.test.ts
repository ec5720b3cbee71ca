import { expect, test } from '@jest/globals';
import { asyncLoop, loop, race } from '../src/measure.js';
import type { BenchContext } from '../src/suite.js';

const figures = new Map<string, object>();
const ctx: BenchContext = {
  effort: 'probe',
  scale: (_full, quick, probe = quick) => probe,
  log: () => {},
  defer: () => {},
  record: (name, data) => figures.set(name, data),
};

test('runs the contenders in turns, each first once, and records every round', async () => {
  const order: string[] = [];
  const contender = (name: string) => (times: number) => order.push(`${name}${times}`);
  const results = await race(ctx, { a: contender('a'), b: contender('b') }, { rounds: 2, times: 3 });
  expect(order).toEqual(['a3', 'b3', 'b3', 'a3']);
  expect(results.a.rounds).toHaveLength(2);
  expect(results.b.unit).toBe('ns/op');
  expect([...figures.keys()]).toEqual(['a', 'b']);
});

test('finds the number of operations by itself, and waits for those that are asynchronous', async () => {
  let done = 0;
  const results = await race(
    ctx,
    { sync: loop((index) => index), later: asyncLoop(async () => done++) },
    { rounds: 1, roundTime: 1 },
  );
  expect(done).toBeGreaterThan(1);
  expect(results.later.value).toBeGreaterThan(0);
});

test('puts the state back before each turn', async () => {
  let clean = 0;
  await race(ctx, { a: loop(() => {}) }, { rounds: 3, times: 1, before: () => clean++ });
  expect(clean).toBe(3);
});
