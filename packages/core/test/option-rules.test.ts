import { describe, expect, test } from '@jest/globals';
import {
  booleanOption,
  clockOption,
  enumOption,
  functionOption,
  integerOption,
  numberOption,
  optionsObject,
  randomOption,
  ratioOption,
  stringOption,
  systemClock,
  systemRandom,
} from '../src/index.js';

const invalid = expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option: 'x' });
const thrownBy = (fn: () => unknown): unknown => {
  try {
    return fn();
  } catch (error) {
    return error;
  }
};

describe('each rule gives the default for undefined and takes a good value', () => {
  test('numbers', () => {
    expect(numberOption('x', undefined, 5)).toBe(5);
    expect(numberOption('x', 0.5, 5)).toBe(0.5);
    expect(numberOption('x', Infinity, 5, { infinity: true, max: 10 })).toBe(Infinity);
    expect(integerOption('x', 3, 5)).toBe(3);
    expect(ratioOption('x', 1, 0)).toBe(1);
  });

  test('others', () => {
    const fn = (): void => {};
    expect(booleanOption('x', undefined, true)).toBe(true);
    expect(booleanOption('x', false, true)).toBe(false);
    expect(enumOption('x', 'a', 'b', ['a', 'b'])).toBe('a');
    expect(stringOption('x', undefined, undefined)).toBeUndefined();
    expect(stringOption('x', 's', 'd')).toBe('s');
    expect(functionOption('x', fn, undefined)).toBe(fn);
    expect(clockOption(undefined)).toBe(systemClock);
    expect(randomOption(undefined)).toBe(systemRandom);
  });
});

describe('each rule refuses a bad value by name', () => {
  test.each([NaN, Infinity, -Infinity, -1, 11, '5', null, {}, 5n])('numberOption %p', (value) => {
    expect(thrownBy(() => numberOption('x', value, 5, { max: 10 }))).toEqual(invalid);
  });

  test.each([
    ['integerOption', () => integerOption('x', 1.5, 1)],
    ['ratioOption', () => ratioOption('x', 1.01, 1)],
    ['booleanOption', () => booleanOption('x', 'yes', true)],
    ['enumOption', () => enumOption('x', 'c', 'a', ['a', 'b'])],
    ['stringOption', () => stringOption('x', '', 'd')],
    ['functionOption', () => functionOption<unknown>('x', 5, undefined)],
    ['optionsObject', () => optionsObject('x', 5 as never, ['a'])],
    ['a misspelt option', () => optionsObject('options', { x: 1 }, ['a'])],
  ])('%s', (_name, rule) => {
    expect(thrownBy(rule)).toEqual(invalid);
  });

  test('a clock without its methods', () => {
    expect(() => clockOption({} as never)).toThrow('clock');
  });
});
