import { expect, test } from '@jest/globals';
import { LateValue } from '../src/late-value.js';

test('those who ask before and after get the value that came first', async () => {
  const late = new LateValue<string | undefined>();
  const before = late.promise;
  expect(late.promise).toBe(before);
  late.settle('first');
  late.settle('second');
  expect([await before, await late.promise]).toEqual(['first', 'first']);
});

test('a value of undefined is one too', async () => {
  const late = new LateValue<string | undefined>();
  late.settle(undefined);
  late.settle('second');
  expect(await late.promise).toBeUndefined();
});
