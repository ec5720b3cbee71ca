import { describe, expect, test } from '@jest/globals';
import { measured, quantile } from '../src/measured.js';
import { holds, row } from '../src/row.js';

describe('measured', () => {
  test('is the median, with half the distance of the quartiles', () => {
    expect(measured([1, 9, 2, 3, 4], 'ms')).toEqual({
      value: 3,
      unit: 'ms',
      spread: 1 / 3,
      rounds: [1, 9, 2, 3, 4],
    });
  });

  test('quantiles lie between neighbours', () => {
    expect([quantile([1, 2], 0.5), quantile([5], 0.99), quantile([], 0.5)]).toEqual([1.5, 5, NaN]);
  });
});

describe('row', () => {
  test('the ratio is the median of the rounds’ ratios: a slow spell slows both', () => {
    const ours = measured([90, 45, 90], 'req/s');
    const peer = measured([100, 50, 100], 'req/s');
    expect(row({ claim: 'c', ours, peers: { peer }, target: '>= 0.9x' })).toMatchObject({
      ours: 90,
      unit: 'req/s',
      ratio: 0.9,
      against: 'peer',
      met: true,
    });
  });

  test('inverse turns ns/op into "times as fast"', () => {
    expect(row({ claim: 'c', ours: 10, peers: { peer: 35 }, inverse: true, target: '>= 3x' })).toMatchObject({
      ratio: 3.5,
      met: true,
    });
  });

  test('compares with the first peer unless told', () => {
    const peers = { a: 10, b: 20 };
    expect(row({ claim: 'c', ours: 10, peers })).toMatchObject({ ratio: 1, met: null });
    expect(row({ claim: 'c', ours: 10, peers, against: 'b' })).toMatchObject({ ratio: 0.5 });
    expect(() => row({ claim: 'c', ours: 10, peers, against: 'd' })).toThrow('no peer "d"');
  });

  test('a peer at zero has no ratio', () => {
    expect(row({ claim: 'c', ours: 10, peers: { peer: 0 }, target: '<= 20' })).toMatchObject({
      ratio: null,
      met: true,
    });
  });

  test('what was not measured is not met', () => {
    expect(row({ claim: 'c', ours: null, target: '<= 5', note: 'no wrk' })).toMatchObject({
      ours: null,
      met: false,
    });
  });
});

test.each([
  ['>= 0.85x', 0, 0.85, true],
  ['>= 0.85x', 0, 0.849, false],
  ['> 1x', 0, 1, false],
  ['<= 500 ns', 500, null, true],
  ['< 1,000', 1_000, null, false],
  ['= 0', 0, null, true],
  ['<= 2e3 B', 1_999, null, true],
])('%s of %p, %p: %p', (target, ours, ratio, expected) => {
  expect(holds(target, ours, ratio)).toBe(expected);
});

test('a target that is no bound is a mistake', () => {
  expect(() => holds('fast', 1, 1)).toThrow('no bound');
});
