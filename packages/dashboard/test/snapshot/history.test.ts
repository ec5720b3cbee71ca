import { expect, test } from '@jest/globals';
import { History } from '../../src/snapshot/history.js';

test('holds five minutes, and no more, of each series', () => {
  const history = new History();
  for (let second = 0; second < 1_000; second++) history.push(second * 1_000, { rate: second }, [second]);
  const { at, values } = history.series('rate');
  expect([at.length, values.length, history.heat().columns.length]).toEqual([300, 300, 300]);
  expect([at[0], values[0], values.at(-1)]).toEqual([700_000, 700, 999]);
});

test('old points leave by age, too', () => {
  const history = new History();
  history.push(0, { rate: 1 }, []);
  history.push(400_000, { rate: 2 }, []);
  expect(history.series('rate').values).toEqual([2]);
});

test('a series that comes late or leaves early has gaps, and is forgotten with its last point', () => {
  const history = new History();
  history.push(0, { a: 1 }, []);
  history.push(1_000, { a: 1, b: 2 }, []);
  history.push(2_000, { b: 3 }, []);
  expect([history.series('a').values, history.series('b').values]).toEqual([
    [1, 1, null],
    [null, 2, 3],
  ]);
  for (let i = 0; i < 300; i++) history.push(3_000 + i * 1_000, { b: 4 }, []);
  expect(history.series('a').values).toEqual([]);
});

test('survives JSON', () => {
  const history = new History();
  history.push(0, { a: 1.23456789 }, [1, 0]);
  history.push(1_000, { a: 2, b: 1 }, [0, 2]);
  const back = History.fromJSON(JSON.parse(JSON.stringify(history)) as ReturnType<History['toJSON']>);
  expect(back.series('a')).toEqual({ at: [0, 1_000], values: [1.235, 2] });
  expect(back.heat()).toEqual(history.heat());
});
