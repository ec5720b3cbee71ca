import { beforeEach, expect, test } from '@jest/globals';
import type { Middleware } from '@spark-perf/core';
import { fakeContext } from '@spark-perf/core/testing';
import { HostContext } from '../src/host-context.js';
import type { HostFacts } from '../src/host-facts.js';
import { settleHostFirst } from '../src/settle-host-first.js';

let ctx: HostContext;
let late: unknown[];
beforeEach(() => {
  const { req, res } = fakeContext();
  ctx = new HostContext(req, res, {} as HostFacts);
  late = [];
});
const run = (ours: Middleware, rest: () => Promise<unknown>): Promise<void> =>
  settleHostFirst(ours, ctx, rest, (error) => late.push(error));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const boom = new Error('boom');
const failing = async (): Promise<never> => {
  await turn();
  throw boom;
};

test('the host settles when the rest is done, ours when the response is over', async () => {
  let over = false;
  await run(async (_ctx, next) => {
    await next();
    over = true;
  }, turn);
  expect(over).toBe(false);
  ctx.res.end();
  ctx.res.emit('close');
  await turn();
  expect(over).toBe(true);
});

test('an error of the rest goes through ours to the host', async () => {
  let seen: unknown;
  const host = run(async (_ctx, next) => {
    try {
      await next();
    } catch (error) {
      seen = error;
      throw error;
    }
  }, failing);
  await expect(host).rejects.toBe(boom);
  expect([seen, late]).toEqual([boom, []]);
});

test('an error that ours have dealt with is none for the host', async () => {
  await run((_ctx, next) => next().catch(() => {}), failing);
  expect(late).toEqual([]);
});

test('the host waits for a rest that ours did not await, and gets its error', async () => {
  let done = false;
  await run(
    (_ctx, next) => void next(),
    async () => {
      await turn();
      done = true;
    },
  );
  expect(done).toBe(true);
  await expect(run((_ctx, next) => void next(), failing)).rejects.toBe(boom);
});

test('what ours throw when the host has settled goes to the listener', async () => {
  const own = new Error('own');
  await run(async (_ctx, next) => {
    await next();
    throw own;
  }, turn);
  ctx.res.emit('close');
  await turn();
  expect(late).toEqual([own]);
});

test('of two errors the host gets the first, the listener the other', async () => {
  const own = new Error('own');
  let fail = (_error: Error): void => {};
  const host = run(
    async (_ctx, next) => {
      void next();
      throw own;
    },
    () => new Promise((_resolve, reject) => (fail = reject)),
  );
  await expect(host).rejects.toBe(own);
  fail(boom);
  await turn();
  expect(late).toEqual([boom]);
});

test('ours that answer without the rest end it', async () => {
  let ran = false;
  await run(
    () => {},
    async () => {
      ran = true;
    },
  );
  expect(ran).toBe(false);
});
