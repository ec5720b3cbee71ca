import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Context } from '@spark-perf/core';
import type { FakeContextOptions } from '@spark-perf/core/testing';
import { fakeContext } from '@spark-perf/core/testing';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { RequestDeduplicator } from '../src/index.js';
import { sparkHost } from './spark-host.js';

const base: FakeContextOptions = {
  method: 'POST',
  url: '/pay',
  body: { amount: 1 },
  headers: { 'Content-Type': 'application/json' },
};
const dedupe = new RequestDeduplicator();
const keyOf = (over: FakeContextOptions, engine = dedupe): string =>
  engine.generateKey(fakeContext({ ...base, ...over, headers: { ...base.headers, ...over.headers } }));

describe('generateKey', () => {
  test('is a digest, never the content', () => {
    const key = keyOf({ user: { id: 'alice' } });
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(keyOf({ user: { id: 'alice' } })).toBe(key);
  });

  test('tells users, credentials and addresses apart', () => {
    const keys = [
      keyOf({ user: { id: 1 } }),
      keyOf({ user: { id: '1' } }),
      keyOf({ user: { id: 1n } }),
      keyOf({ headers: { Authorization: 'Bearer a' } }),
      keyOf({ headers: { Authorization: 'Bearer b' } }),
      keyOf({ headers: { Cookie: 'Bearer a' } }),
      keyOf({ headers: { Authorization: 'Bearer a', Cookie: 'x' } }),
      keyOf({ remoteAddress: '192.0.2.1' }),
      keyOf({ remoteAddress: '192.0.2.2' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a forged X-Forwarded-For moves nobody into the scope of another', () => {
    const victim = keyOf({ remoteAddress: '192.0.2.1' });
    expect(keyOf({ remoteAddress: '192.0.2.9', headers: { 'X-Forwarded-For': '192.0.2.1' } })).not.toBe(
      victim,
    );
  });

  test('secret keys the hash of credentials', () => {
    const secret = new RequestDeduplicator({ secret: 's' });
    const credentials = { headers: { Authorization: 'Bearer a' } };
    expect(keyOf(credentials, secret)).not.toBe(keyOf(credentials));
    expect(keyOf(credentials, new RequestDeduplicator({ secret: 's' }))).toBe(keyOf(credentials, secret));
  });

  test.each(['', {}, [], true, NaN])(
    'a scope of %p is an error that names its function, never a shared one',
    (value) => {
      const tenantOf = (): unknown => value;
      const engine = new RequestDeduplicator({ scope: tenantOf });
      expect(() => keyOf({}, engine)).toThrow(
        expect.objectContaining({ code: 'SPARK_DEDUPE_INVALID_SCOPE', source: 'tenantOf' }),
      );
    },
  );

  test('an ObjectId in ctx.user.id is told by its digits; another object is an error, as are empty digits', () => {
    const user = (hex: string) => ({ user: { id: { toHexString: () => hex } } });
    const keys = [keyOf(user('507f')), keyOf(user('5080')), keyOf({ user: { id: '507f' } })];
    expect(keyOf(user('507f'))).toBe(keys[0]);
    expect(new Set(keys).size).toBe(3);
    for (const wrong of [user(''), { user: { id: {} } }])
      expect(() => keyOf(wrong)).toThrow(
        expect.objectContaining({ code: 'SPARK_DEDUPE_INVALID_SCOPE', source: 'ctx.user.id' }),
      );
  });

  test('a scope of undefined leaves it to the default', () => {
    const engine = new RequestDeduplicator({ scope: (ctx: Context) => ctx.user?.id });
    expect(keyOf({ remoteAddress: '192.0.2.1' }, engine)).not.toBe(
      keyOf({ remoteAddress: '192.0.2.2' }, engine),
    );
  });
});

test.each([
  ['JSON', '{"b":1,"a":2}', {}],
  ['nothing', '', {}],
  ['JSON under a key', '{"a":1}', { 'Idempotency-Key': 'k' }],
])('generateKey() in a handler is what the events call the request: %s', async (_name, body, headers) => {
  const engine = new RequestDeduplicator();
  const told: string[] = [];
  const keys: string[] = [];
  engine.on('replayed', ({ id }) => told.push(id));
  await using host = await sparkHost(engine, (app) =>
    app.post('/pay', (ctx) => {
      keys.push(engine.generateKey(ctx));
      ctx.json({});
    }),
  );
  for (let i = 0; i < 2; i++) await host.send({ path: '/pay?x=1', body, headers });
  expect(told).toEqual(keys);
  expect(keys).toHaveLength(1);
});

test('a scope that is a promise can not name a key at once', () => {
  const engine = new RequestDeduplicator({ scope: async () => 'tenant' });
  expect(() => keyOf({}, engine)).toThrow(expect.objectContaining({ code: 'SPARK_DEDUPE_INVALID_SCOPE' }));
});

test('two different requesters never share a digest, whatever their names', () => {
  const requester = fc.record({
    user: fc.option(fc.oneof(fc.string({ minLength: 1 }), fc.integer()), { nil: undefined }),
    authorization: fc.option(fc.string(), { nil: undefined }),
    cookie: fc.option(fc.string(), { nil: undefined }),
    address: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1'),
  });
  type Requester = {
    user?: string | number | undefined;
    authorization?: string | undefined;
    cookie?: string | undefined;
    address: string;
  };
  const whoIs = ({ user, authorization, cookie, address }: Requester): string => {
    if (user !== undefined) return JSON.stringify(['user', typeof user, user]);
    if (authorization !== undefined || cookie !== undefined)
      return JSON.stringify(['credentials', authorization ?? null, cookie ?? null]);
    return JSON.stringify(['address', address]);
  };
  const key = ({ user, authorization, cookie, address }: Requester): string =>
    keyOf({
      remoteAddress: address,
      ...(user === undefined ? {} : { user: { id: user } }),
      headers: {
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...(cookie === undefined ? {} : { Cookie: cookie }),
      },
    });
  fc.assert(
    fc.property(requester, requester, (a, b) => {
      expect(key(a) === key(b)).toBe(whoIs(a) === whoIs(b));
    }),
    { seed: testSeed(), numRuns: soakCount(10_000) },
  );
});
