import { describe, expect, jest, test } from '@jest/globals';
import type * as core from '../src/index.js';
import { CircuitOpenError, InvalidOptionError, isSparkPerfError, SparkPerfError } from '../src/index.js';

describe('SparkPerfError', () => {
  test('has a code, a name, a cause and a stack', () => {
    const cause = new Error('why');
    const error = new SparkPerfError('SPARK_TEST', 'what', { cause });
    expect(error).toMatchObject({ code: 'SPARK_TEST', message: 'what', name: 'SparkPerfError', cause });
    expect(new CircuitOpenError(5).name).toBe('CircuitOpenError');
  });

  test('isSparkPerfError tells ours from others, and one code from another', () => {
    const error = new CircuitOpenError(5);
    expect(isSparkPerfError(error)).toBe(true);
    expect(isSparkPerfError(error, 'SPARK_CIRCUIT_OPEN')).toBe(true);
    expect(isSparkPerfError(error, 'SPARK_OTHER')).toBe(false);
    for (const other of [new Error('x'), null, undefined, 'x', { code: 'SPARK_CIRCUIT_OPEN' }]) {
      expect(isSparkPerfError(other)).toBe(false);
    }
  });

  test('an error of another copy of the package is recognised', () => {
    let copy!: typeof core;
    jest.isolateModules(() => {
      copy = jest.requireActual('../src/index.js');
    });
    const foreign = new copy.CircuitOpenError(5);
    expect(copy.SparkPerfError).not.toBe(SparkPerfError);
    expect(foreign instanceof SparkPerfError).toBe(true);
    expect(isSparkPerfError(foreign, 'SPARK_CIRCUIT_OPEN')).toBe(true);
  });

  test('instanceof a subclass means that subclass', () => {
    expect(new CircuitOpenError(5) instanceof CircuitOpenError).toBe(true);
    expect(new CircuitOpenError(5) instanceof InvalidOptionError).toBe(false);
  });
});

describe('InvalidOptionError', () => {
  test.each([
    [-1, '-1 (number)'],
    ['x', '"x" (string)'],
    [null, 'null'],
    [{}, 'an object (Object)'],
    [() => 1, 'a function'],
    [10n, '10 (bigint)'],
    [Object.create(null), 'an object (Object)'],
  ])('names the option, the rule, the value and its type: %p', (value, text) => {
    const error = new InvalidOptionError('ttl', 'a number of at least 0', value);
    expect(error).toMatchObject({ code: 'SPARK_INVALID_OPTION', option: 'ttl' });
    expect(error.message).toBe(`Option \`ttl\` must be a number of at least 0, got ${text}`);
  });
});
