import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InvalidOptionError } from '@spark-perf/core';
import type { Middleware } from '@spark-perf/core';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import type { HttpCacheOptions } from '../../src/index.js';
import { MultiLevelCache } from '../../src/index.js';

let clock: ManualClock;
let cache: MultiLevelCache;
let calls: number;
beforeEach(() => {
  clock = new ManualClock({ wall: 1_800_000_000_000 });
  cache = new MultiLevelCache({ clock });
  calls = 0;
});
afterEach(() => cache.close());

/** Asks and tells how: HIT, MISS, BYPASS. */
async function ask(
  middleware: Middleware,
  url: string,
  { host = 'h', secure = false, body = '' }: { host?: string; secure?: boolean; body?: string } = {},
): Promise<string> {
  const fields = body === '' ? {} : { 'content-length': String(body.length) };
  const ctx = fakeContext({ url, headers: { host, ...fields }, payload: body });
  if (secure) Object.assign(ctx.req.socket, { encrypted: true });
  await middleware(ctx, async () => {
    calls++;
    ctx.res.end('x');
    return Promise.resolve();
  });
  await clock.advance(0);
  await clock.advance(0);
  return /x-cache: (\w+)/i.exec(ctx.sent())?.[1] ?? 'none';
}

test('scheme and host are part of the key', async () => {
  const middleware = cache.middleware();
  expect(await ask(middleware, '/')).toBe('MISS');
  expect(await ask(middleware, '/', { secure: true })).toBe('MISS');
  expect(await ask(middleware, '/', { host: 'other' })).toBe('MISS');
  expect(await ask(middleware, '/')).toBe('HIT');
  expect(await ask(middleware, '/', { secure: true })).toBe('HIT');
  expect(await ask(middleware, '/', { host: 'H' })).toBe('HIT');
  expect(calls).toBe(3);
});

test('hosts that are not on the list are not cached', async () => {
  const middleware = cache.middleware({ host: ['h'] });
  expect([await ask(middleware, '/'), await ask(middleware, '/')]).toEqual(['MISS', 'HIT']);
  expect([
    await ask(middleware, '/', { host: 'evil' }),
    await ask(middleware, '/', { host: 'evil' }),
  ]).toEqual(['BYPASS', 'BYPASS']);
});

test('queries: their order does not matter, ignored names neither, anything else does', async () => {
  const middleware = cache.middleware({ ignoreQuery: ['utm_source'] });
  expect(await ask(middleware, '/?b=2&a=1')).toBe('MISS');
  expect(await ask(middleware, '/?a=1&b=2&utm_source=x')).toBe('HIT');
  expect(await ask(middleware, '/?a=1&b=2&utm_medium=x')).toBe('MISS');
  expect(await ask(middleware, '/?a=2&b=1')).toBe('MISS');
});

test.each<[string, unknown[]]>([
  ['strings', ['a', 'b']],
  ['a number and a string', [1, '1']],
  ['a bigint and a number', [1n, 1]],
  ['a boolean and a string', [true, 'true']],
])('`key` and `varyBy` of %s: two keys, and both are kept', async (_name, values) => {
  let value: unknown;
  for (const option of ['key', 'varyBy'] as const) {
    const options: HttpCacheOptions = option === 'key' ? { key: () => value } : { varyBy: () => value };
    const middleware = cache.middleware(options);
    for (const expected of ['MISS', 'HIT'])
      for (value of values) expect(await ask(middleware, `/${option}`)).toBe(expected);
  }
});

test.each<unknown>([undefined, null, {}, []])('`varyBy` of %p: nobody knows whose it is', async (value) => {
  const middleware = cache.middleware({ varyBy: () => value });
  expect([await ask(middleware, '/'), await ask(middleware, '/')]).toEqual(['BYPASS', 'BYPASS']);
});

test.each(['/?%zz=1&a=1', '/?%=1&a=1', '/?%ff%fe=1&a=1', '/?a&=&&b=%'])(
  'a query that can not be decoded is no failure: %s',
  async (url) => {
    const middleware = cache.middleware({ ignoreQuery: ['utm', 'a b', '%zz'] });
    expect(await ask(middleware, url)).toBe('MISS');
    expect(await ask(middleware, `${url}&utm=1&a+b=2&a%20b=3`)).toBe('HIT');
  },
);

test('an ignored name is a whole one, with a value or without', async () => {
  const middleware = cache.middleware({ ignoreQuery: ['utm'] });
  expect(await ask(middleware, '/')).toBe('MISS');
  expect(await ask(middleware, '/?utm')).toBe('HIT');
  expect(await ask(middleware, '/?utm=1&utm=2')).toBe('HIT');
  expect(await ask(middleware, '/?ut=1')).toBe('MISS');
  expect(await ask(middleware, '/?utms=1')).toBe('MISS');
  for (const ignoreQuery of ['utm', [1]])
    expect(() => cache.middleware({ ignoreQuery } as never)).toThrow(InvalidOptionError);
});
