import { expect, test } from '@jest/globals';
import type { Middleware } from '@spark-perf/core';
import { fakeContext } from '@spark-perf/core/testing';
import { composed } from '../src/composed.js';

test('a list runs in its order, around the rest', async () => {
  const seen: string[] = [];
  const named =
    (name: string): Middleware =>
    async (_ctx, next) => {
      seen.push(name);
      await next();
      seen.push(`/${name}`);
    };
  await composed([named('a'), named('b')])(fakeContext(), async () => void seen.push('rest'));
  expect(seen).toEqual(['a', 'b', 'rest', '/b', '/a']);
});

test('one middleware and an empty list are fine', async () => {
  let ran = 0;
  const rest = async (): Promise<void> => void ran++;
  await composed((_ctx, next) => next())(fakeContext(), rest);
  await composed([])(fakeContext(), rest);
  expect(ran).toBe(2);
});

test.each([[undefined], [{}], [[() => {}, 'no']], ['no']])('%p is refused by name', (wrong) => {
  expect(() => composed(wrong as never)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option: 'middlewares' }),
  );
});
