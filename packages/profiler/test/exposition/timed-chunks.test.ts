import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { timedChunks } from '../../src/exposition/timed-chunks.js';

/** What was made of lines of `length` characters that take `each` ms to render, and the turns of the loop in between. */
async function rendered(count: number, length: number, each: number) {
  const clock = new ManualClock();
  function* lines() {
    for (let i = 0; i < count; i++) {
      clock.stepNow(each);
      yield 'x'.repeat(length);
    }
  }
  let [turns, over] = [0, false];
  const turn = (): void => {
    turns++;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  const pieces: string[] = [];
  for await (const piece of timedChunks(clock, lines())) pieces.push(piece);
  over = true;
  return { pieces, turns };
}

test('lines that take no time make one turn of the loop for each full piece', async () => {
  const { pieces, turns } = await rendered(1_000, 64, 0);
  expect(pieces.join('')).toHaveLength(64_000);
  expect(pieces.map(({ length }) => length)).toEqual([16_384, 16_384, 16_384, 14_848]);
  expect(turns).toBe(3);
});

test('lines that take their time let the loop go round every half millisecond', async () => {
  const { pieces, turns } = await rendered(1_000, 1, 0.0625);
  expect(pieces).toEqual(['x'.repeat(1_000)]);
  expect(turns).toBe(1_000 / 8);
});

test('nothing is made of nothing', async () => {
  expect((await rendered(0, 1, 0)).pieces).toEqual([]);
});
