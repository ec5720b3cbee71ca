import { expect, test } from '@jest/globals';
import type { Middleware } from '../src/index.js';
import { compose, DONE } from '../src/index.js';
import { fakeContext } from '../src/testing/index.js';

const done = async (): Promise<void> => {};

test('runs as an onion, in order', async () => {
  const seen: string[] = [];
  const layer =
    (name: string): Middleware =>
    async (_ctx, next) => {
      seen.push(`>${name}`);
      await next();
      seen.push(`<${name}`);
    };
  await compose([layer('a'), layer('b')])(fakeContext(), async () => void seen.push('end'));
  expect(seen).toEqual(['>a', '>b', 'end', '<b', '<a']);
});

test.each([1, 2, 3])('next() called twice rejects, in a chain of %d', async (length) => {
  const twice: Middleware = async function greedy(_ctx, next) {
    await next();
    await next();
  };
  const through: Middleware = (_ctx, next) => next();
  const chain = [...new Array<Middleware>(length - 1).fill(through), twice];
  await expect(compose(chain)(fakeContext(), done)).rejects.toMatchObject({
    code: 'SPARK_NEXT_TWICE',
    message: 'next() was called twice by `greedy`',
  });
});

test('a middleware that does not call next() ends the chain', async () => {
  let reached = false;
  await compose([() => 'answered', () => (reached = true)])(fakeContext(), done);
  expect(reached).toBe(false);
});

test('what has nothing to wait for is DONE, however deep', async () => {
  const pass: Middleware = (_ctx, next) => next();
  const run = (last: Middleware) => compose([pass, pass, last])(fakeContext(), done);
  expect(run(() => undefined)).toBe(DONE);
  expect(run(() => 'answered')).not.toBe(DONE);
  expect(run(async () => undefined)).not.toBe(DONE);
  const error = new Error('inner');
  await expect(
    run(() => {
      throw error;
    }),
  ).rejects.toBe(error);
});

test('a synchronous throw becomes a rejection that outer layers can catch', async () => {
  const seen: unknown[] = [];
  const outer: Middleware = async (_ctx, next) => {
    await next().catch((error: unknown) => seen.push(error));
  };
  const error = new Error('inner');
  const inner: Middleware = () => {
    throw error;
  };
  await compose([outer, inner])(fakeContext(), done);
  expect(seen).toEqual([error]);
});

test('later changes of the list do not reach a composed chain; an empty one passes', async () => {
  let calls = 0;
  const list: Middleware[] = [];
  const chain = compose(list);
  list.push(() => calls++);
  await chain(fakeContext(), async () => void (calls += 10));
  expect(calls).toBe(10);
});
