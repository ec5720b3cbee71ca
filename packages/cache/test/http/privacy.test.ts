import { afterEach, expect, test } from '@jest/globals';
import { seededRandom } from '@spark-perf/core';
import { fakeContext } from '@spark-perf/core/testing';
import type { FakeContext } from '@spark-perf/core/testing';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { MultiLevelCache } from '../../src/index.js';

let cache: MultiLevelCache;
afterEach(() => cache.close());

/** Sends a request through the middleware without a socket and gives the body that was sent. */
async function ask(
  middleware: ReturnType<MultiLevelCache['middleware']>,
  ctx: FakeContext,
  handler: (ctx: FakeContext) => unknown,
): Promise<string> {
  const closed = new Promise((resolve) => ctx.res.once('close', resolve));
  await middleware(ctx, async () => {
    await handler(ctx);
  });
  await closed;
  return ctx.sent().split('\r\n\r\n').slice(1).join('\r\n\r\n');
}

const CONTROLS = [
  ...[undefined, 'max-age=60', 'private', 'no-store', 'max-age=60, private="x-a"', 'no-cache'],
  ...['max-age=0, stale-while-revalidate=60', 'max-age=1, stale-if-error=60', 'must-understand, max-age=5'],
];

test('two users and random routes: nobody sees the bytes of the other', async () => {
  const random = seededRandom(testSeed());
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  cache = new MultiLevelCache({ l1MaxSize: 200 });
  const middlewares = [
    cache.middleware({ staleWhileRevalidate: 1_000 }),
    cache.middleware({
      varyBy: (ctx) => ctx.headers.authorization ?? ctx.headers.cookie,
      setCookie: 'strip',
    }),
  ];
  const leaks: string[] = [];
  const requests = Array.from({ length: soakCount(20_000) }, () => async () => {
    const user = pick(['ann', 'bob']);
    const by = pick(['authorization', 'cookie']);
    const path = `/r${Math.floor(random() * 6)}`;
    const control = pick(CONTROLS);
    const headers: Record<string, string> = { host: 'h', [by]: user };
    if (random() < 0.2) headers['if-none-match'] = '"x"';
    if (random() < 0.1) headers.range = 'bytes=0-99';
    if (random() < 0.1) headers['cache-control'] = pick(['max-stale', 'no-cache', 'max-age=0']);
    const slow = random() < 0.3;
    const fails = random() < 0.1;
    const cookies = random() < 0.2;
    const body = await ask(
      pick(middlewares),
      fakeContext({ url: path, headers, method: random() < 0.1 ? 'HEAD' : 'GET' }),
      async (ctx) => {
        if (slow) await new Promise((resolve) => setImmediate(resolve));
        if (control !== undefined) ctx.res.setHeader('Cache-Control', control);
        if (cookies) ctx.res.setHeader('Set-Cookie', `session=${user}`);
        ctx.res.statusCode = fails ? 503 : 200;
        ctx.res.end(`for ${user}`);
      },
    );
    if (body.includes(user === 'ann' ? 'bob' : 'ann')) leaks.push(`${user} got ${body} (${control})`);
  });
  while (requests.length > 0) await Promise.all(requests.splice(0, 20).map((request) => request()));
  expect(leaks).toEqual([]);
});

test('fields that are not part of the key never change a kept body', async () => {
  const random = seededRandom(testSeed() + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  cache = new MultiLevelCache({ l1MaxSize: 200 });
  const middleware = cache.middleware();
  const names = [
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-original-url',
    'x-rewrite-url',
    'forwarded',
    'x-host',
  ];
  const poisoned: string[] = [];
  for (let i = 0; i < soakCount(20_000); i++) {
    const path = `/p${Math.floor(random() * 20)}`;
    const evil = `evil${i}.example`;
    const headers: Record<string, string> = { host: 'h' };
    for (const name of names) if (random() < 0.5) headers[name] = evil;
    if (random() < 0.2) headers['content-length'] = '4';
    const method = pick(['GET', 'GET', 'GET', 'HEAD', 'POST']);
    const ctx = fakeContext({
      url: path,
      headers,
      method,
      ...(headers['content-length'] ? { payload: evil } : {}),
    });
    // A careless handler that reflects what it is told. What it reflects stays with who has sent it...
    await ask(middleware, ctx, (own) => {
      own.res.setHeader('Vary', names.join(', '));
      own.res.end(`${path} at ${names.map((name) => own.headers[name] ?? '').join('|')}`);
    });
    // ...and does not reach a clean request for the same path.
    const clean = await ask(middleware, fakeContext({ url: path, headers: { host: 'h' } }), (own) => {
      own.res.setHeader('Vary', names.join(', '));
      own.res.end(`${path} at |||||`);
    });
    if (!clean.includes(`${path} at |||||`)) poisoned.push(clean);
  }
  expect(poisoned).toEqual([]);
});

test('a Host field with a slash is not taken for a part of the path', async () => {
  cache = new MultiLevelCache();
  const middleware = cache.middleware();
  for (const host of ['h/a', 'h /a', 'h/a?x=', 'h/a#']) {
    const evil = fakeContext({ url: '/b', headers: { host } });
    await ask(middleware, evil, (ctx) => ctx.res.end('evil'));
  }
  for (const url of ['/a/b', '/a?x=/b', '/b'])
    expect(
      await ask(middleware, fakeContext({ url, headers: { host: 'h' } }), (ctx) => ctx.res.end('good')),
    ).toContain('good');
});

test('a body of a GET is neither looked at nor kept', async () => {
  cache = new MultiLevelCache();
  const middleware = cache.middleware();
  const withBody = fakeContext({ url: '/g', headers: { host: 'h', 'content-length': '4' }, payload: 'evil' });
  await ask(middleware, withBody, (ctx) => ctx.res.end('evil'));
  const clean = fakeContext({ url: '/g', headers: { host: 'h' } });
  expect(await ask(middleware, clean, (ctx) => ctx.res.end('good'))).toContain('good');
});

test('a flood of addresses stays within the bounds', async () => {
  cache = new MultiLevelCache({ l1MaxSize: 100, l1MaxBytes: 200_000 });
  const middleware = cache.middleware();
  for (let i = 0; i < 2_000; i++) {
    const ctx = fakeContext({ url: `/${i}?${'q'.repeat(i % 700)}=${i}`, headers: { host: `h${i % 7}` } });
    await ask(middleware, ctx, (own) => own.res.end('x'.repeat(1_000)));
  }
  const { l1 } = cache.getStats();
  expect(l1.size).toBeLessThanOrEqual(100);
  expect(l1.bytes).toBeLessThanOrEqual(200_000);
});
