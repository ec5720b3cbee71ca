import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { isAllowed } from '../../src/diagnostics/access.js';

const environment = process.env['NODE_ENV'];
beforeEach(() => void (process.env['NODE_ENV'] = 'test'));
afterEach(() => void (process.env['NODE_ENV'] = environment));

const clock = new ManualClock();
const open = { authorize: undefined, authorizeTimeout: 1_000, clock };

describe('without authorize', () => {
  test.each<[string | undefined, boolean]>([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.0.2.1', false],
    ['10.127.0.1', false],
    ['::ffff:192.0.2.1', false],
    ['::2', false],
    [undefined, false],
  ])('a connection from %s is let in: %s', async (remoteAddress, allowed) => {
    expect(await isAllowed(fakeContext({ remoteAddress }), open)).toBe(allowed);
  });

  test.each([{ 'X-Forwarded-For': '127.0.0.1' }, { Forwarded: 'for=127.0.0.1' }])(
    'what came with %j went through a proxy',
    async (headers) => {
      const local = { remoteAddress: '127.0.0.1' };
      expect(await isAllowed(fakeContext({ ...local, headers }), open)).toBe(false);
    },
  );

  test('in production nobody is let in', async () => {
    process.env['NODE_ENV'] = 'production';
    expect(await isAllowed(fakeContext({ remoteAddress: '127.0.0.1' }), open)).toBe(false);
  });
});

describe('with authorize', () => {
  const asked = (authorize: () => unknown) =>
    isAllowed(fakeContext(), { ...open, authorize: authorize as () => boolean });

  test.each([1, 'true', {}, undefined, null, false])('%j is not true', async (answer) => {
    expect(await asked(() => answer)).toBe(false);
    expect(await asked(() => Promise.resolve(answer))).toBe(false);
  });

  test('true is, for whom it was asked, in production as well', async () => {
    process.env['NODE_ENV'] = 'production';
    const ctx = fakeContext();
    expect(await isAllowed(ctx, { ...open, authorize: (given) => given === ctx })).toBe(true);
  });

  test('one that throws refuses', async () => {
    const fails = (): never => {
      throw new Error('no');
    };
    expect(await asked(fails)).toBe(false);
    expect(await asked(() => Promise.reject(new Error('no')))).toBe(false);
  });

  test('one that takes too long refuses then, and leaves no timer', async () => {
    const wait = asked(() => new Promise(() => undefined));
    expect(clock.timers).toBe(1);
    await clock.advance(1_000);
    expect(await wait).toBe(false);
    expect(await asked(() => Promise.resolve(true))).toBe(true);
    expect(clock.timers).toBe(0);
  });
});
