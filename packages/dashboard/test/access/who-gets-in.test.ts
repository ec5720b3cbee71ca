import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { dashboard } from '../../src/index.js';
import { call, credentials } from '../support/call.js';

const PATHS = [
  '/',
  '/login',
  '/logout',
  '/api/snapshot',
  '/api/stream',
  '/assets/app.js',
  '/api/actions/drain',
];
const environment = process.env['NODE_ENV'];
beforeEach(() => void (process.env['NODE_ENV'] = 'development'));
afterEach(() => void (process.env['NODE_ENV'] = environment));

describe('without authorize', () => {
  test.each(PATHS)('in production %s is 404 for everybody', async (path) => {
    process.env['NODE_ENV'] = 'production';
    for (const method of ['GET', 'POST']) {
      const reply = await call(dashboard(), path, { method });
      expect([reply.status, reply.body]).toEqual([404, '{"error":"Not found"}']);
      expect(reply.headers['content-security-policy']).toBeUndefined(); // nothing tells that a page is there
    }
  });

  test.each([
    ['this machine', {}, 200],
    ['this machine by IPv6', { remoteAddress: '::1', headers: { host: '[::1]:3000' } }, 200],
    ['mapped IPv4', { remoteAddress: '::ffff:127.0.0.1' }, 200],
    ['another machine', { remoteAddress: '192.0.2.7' }, 404],
    ['no address', { remoteAddress: undefined }, 404],
    ['a proxy here that speaks for somebody else', { headers: { 'x-forwarded-for': '203.0.113.9' } }, 404],
    ['a proxy here that hides whom it speaks for', { headers: { forwarded: 'for=unknown' } }, 404],
    [
      'a claim to be local from outside',
      { remoteAddress: '192.0.2.7', headers: { 'x-forwarded-for': '127.0.0.1' } },
      404,
    ],
    ['a name that was pointed here', { headers: { host: 'evil.example' } }, 404],
  ])('in development %s', async (_, options, status) => {
    expect((await call(dashboard(), '/', options)).status).toBe(status);
  });
});

describe('with a function', () => {
  test.each([
    ['true', () => true, 200],
    ['a promise of true', () => Promise.resolve(true), 200],
    ['false', () => false, 403],
    ['something truthy that is not true', () => 'yes' as unknown as boolean, 403],
    [
      'a throw',
      () => {
        throw new Error('hunter2');
      },
      403,
    ],
    ['a rejection', () => Promise.reject(new Error('hunter2')), 403],
  ])('%s', async (_, authorize, status) => {
    process.env['NODE_ENV'] = 'production';
    const reply = await call(dashboard({ authorize }), '/', {
      remoteAddress: '192.0.2.7',
      headers: { host: 'app.example' },
    });
    expect(reply.status).toBe(status);
    expect(reply.body).not.toContain('hunter2');
  });

  test('one that never answers is a no in time', async () => {
    const clock = new ManualClock();
    const pending = call(
      dashboard({ authorize: () => new Promise(() => {}), clock, authorizeTimeout: 500 }),
      '/',
    );
    await clock.advance(500);
    expect((await pending).status).toBe(403);
  });
});

describe('with a password', () => {
  const authorize = 'correct horse';
  const login = (middleware: ReturnType<typeof dashboard>, password: string, headers = {}) =>
    call(middleware, '/login', {
      method: 'POST',
      payload: new URLSearchParams({ password }).toString(),
      headers,
    });

  test('a stranger is sent to the login, and the API tells that one is needed', async () => {
    const middleware = dashboard({ authorize });
    expect(await call(middleware, '/')).toMatchObject({ status: 303, headers: { location: 'login' } });
    expect((await call(middleware, '/login')).status).toBe(200);
    const api = await call(middleware, '/api/snapshot');
    expect([api.status, JSON.parse(api.body)]).toEqual([
      401,
      { error: 'Log in first', code: 'SPARK_DASHBOARD_LOGIN' },
    ]);
  });

  test('the right one gives a cookie that scripts and other sites never see', async () => {
    const middleware = dashboard({ authorize });
    const reply = await login(middleware, authorize);
    expect(reply.status).toBe(303);
    expect(reply.headers['set-cookie']).toMatch(
      /^spark_dashboard=[\w.-]+; HttpOnly; SameSite=Strict; Max-Age=28800$/,
    );
    const cookie = reply.headers['set-cookie']!.split(';')[0]!;
    expect((await call(middleware, '/api/snapshot', { headers: { cookie } })).status).toBe(200);
  });

  test('over TLS, here or at the proxy, the cookie is Secure', async () => {
    const reply = await login(dashboard({ authorize }), authorize, { 'x-forwarded-proto': 'https' });
    expect(reply.headers['set-cookie']).toContain('; Secure');
  });

  test.each(['wrong', '', 'correct horse ', 'correct horsf'])(
    '%j is refused, without a cookie',
    async (password) => {
      const reply = await login(dashboard({ authorize }), password);
      expect([reply.status, reply.headers['set-cookie']]).toEqual([403, undefined]);
      expect(reply.body).not.toContain(authorize);
    },
  );

  test('guessing is slowed down, and the event names who guesses', async () => {
    const clock = new ManualClock();
    const middleware = dashboard({ authorize, clock });
    const tried: unknown[] = [];
    middleware.dashboard.on('loginFailed', (event) => tried.push(event));
    for (let i = 0; i < 10; i++) await login(middleware, 'wrong');
    expect((await login(middleware, authorize)).status).toBe(429);
    expect(tried).toHaveLength(10);
    expect(tried[0]).toEqual({ address: '127.0.0.1' });
    await clock.advance(3_000);
    expect((await login(middleware, authorize)).status).toBe(303);
    // One more in three seconds, and after a long time ten again and no more.
    expect((await login(middleware, 'wrong')).status).toBe(403);
    await clock.advance(2_900);
    expect((await login(middleware, authorize)).status).toBe(429);
    await clock.advance(600_000);
    const again: number[] = [];
    for (let i = 0; i < 12; i++) again.push((await login(middleware, 'wrong')).status);
    expect(again).toEqual([...new Array<number>(10).fill(403), 429, 429]);
  });

  test('guesses that are held back to arrive all at once are slowed down all the same', async () => {
    const middleware = dashboard({ authorize, clock: new ManualClock() });
    const guesses = await Promise.all(Array.from({ length: 50 }, () => login(middleware, 'wrong')));
    expect(guesses.filter(({ status }) => status === 403)).toHaveLength(10);
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(40);
  });

  test('a body that does not come costs five seconds, and is no password', async () => {
    const clock = new ManualClock();
    const middleware = dashboard({ authorize, clock });
    const ctx = fakeContext({ method: 'POST', url: '/login', headers: { host: 'localhost' } });
    const silent = Object.assign(ctx, { req: new IncomingMessage(new Socket()), body: undefined });
    const pending = middleware(silent, () => Promise.resolve());
    await clock.advance(5_000);
    await pending;
    expect(ctx.sent()).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('another site cannot log its visitors in', async () => {
    const reply = await login(dashboard({ authorize }), authorize, { 'sec-fetch-site': 'cross-site' });
    expect(reply.status).toBe(403);
  });

  test('forged, altered and old cookies are strangers', async () => {
    const clock = new ManualClock();
    const middleware = dashboard({ authorize, clock, sessionTTL: 60_000 });
    const cookie = (await login(middleware, authorize)).headers['set-cookie']!.split(';')[0]!;
    const anonymous = cookie.replace('=in.', '=no.');
    for (const wrong of [
      'spark_dashboard=in.zzzzzzzz.id.signature',
      `${cookie}x`,
      anonymous,
      'spark_dashboard=',
    ]) {
      expect((await call(middleware, '/api/snapshot', { headers: { cookie: wrong } })).status).toBe(401);
    }
    const other = dashboard({ authorize, clock });
    expect((await call(other, '/api/snapshot', { headers: { cookie } })).status).toBe(401); // signed by another key
    await clock.advance(60_001);
    expect((await call(middleware, '/api/snapshot', { headers: { cookie } })).status).toBe(401);
  });

  test('logging out ends the session for every copy of its cookie, and no other session', async () => {
    const clock = new ManualClock();
    const middleware = dashboard({ authorize, clock, sessionTTL: 60_000 });
    const logIn = async (): Promise<string> =>
      (await login(middleware, authorize)).headers['set-cookie']!.split(';')[0]!;
    const status = async (cookie: string): Promise<number> =>
      (await call(middleware, '/api/snapshot', { headers: { cookie } })).status;
    const logOut = async (cookie: string): Promise<void> => {
      const { token } = credentials(await call(middleware, '/', { headers: { cookie } }));
      const payload = new URLSearchParams({ token }).toString();
      const reply = await call(middleware, '/logout', { method: 'POST', headers: { cookie }, payload });
      expect([reply.status, reply.headers['location']]).toEqual([303, './']);
      expect(reply.headers['set-cookie']).toMatch(/^spark_dashboard=; .*Max-Age=0/);
    };
    const [mine, other] = [await logIn(), await logIn()];
    await logOut(mine);
    expect([await status(mine), await status(other)]).toEqual([401, 200]);
    await clock.advance(59_000);
    await logOut(await logIn()); // forgets none that could still hold
    expect(await status(mine)).toBe(401);
  });

  test('processes with one secret share sessions', async () => {
    const secret = 'a secret of sixteen characters';
    const cookie = (await login(dashboard({ authorize, secret }), authorize)).headers['set-cookie']!.split(
      ';',
    )[0]!;
    const at = (password: string) =>
      call(dashboard({ authorize: password, secret }), '/api/snapshot', { headers: { cookie } });
    expect((await at(authorize)).status).toBe(200);
    expect((await at('another horse')).status).toBe(401); // a new password ends the old one's sessions
  });
});
