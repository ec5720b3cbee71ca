import { expect, test } from '@jest/globals';
import type { Unit } from '../../src/index.js';
import { format } from '../../src/view/format.js';

test.each([
  [0, 'count', '0'],
  [7, 'count', '7'],
  [999, 'count', '999'],
  [1_024, 'count', '1 024'],
  [41_200, 'count', '41.2 k'],
  [2_500_000, 'count', '2.5 M'],
  [0.25, 'rate', '0.25/s'],
  [12.34, 'rate', '12.3/s'],
  [1_138.7, 'rate', '1 138/s'],
  [0, 'ratio', '0 %'],
  [0.0004, 'ratio', '<0.1 %'],
  [0.1234, 'ratio', '12.3 %'],
  [1, 'ratio', '100 %'],
  [0, 'ms', '0 ms'],
  [0.3, 'ms', '300 µs'],
  [38, 'ms', '38 ms'],
  [1_234, 'ms', '1.23 s'],
  [90_000, 'ms', '1 min'],
  [7_500_000, 'ms', '2 h 5 min'],
  [200_000_000, 'ms', '2 d 7 h'],
  [0, 'bytes', '0 B'],
  [96_000_000, 'bytes', '91.6 MB'],
] as const)('%d as %s is %s', (value, unit, text) => expect(format(value, unit as Unit)).toBe(text));
