import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { dashboard } from '../../src/index.js';
import { GENERATED_ASSETS } from '../../src/generated/assets.js';
import { call, credentials } from '../support/call.js';
import { FakeBalancer } from '../support/fake-balancer.js';
import { FakeSystem } from '../support/fake-system.js';
import { families, FakeSource } from '../support/fake-source.js';

const XSS = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'';

describe('the page', () => {
  test('carries a policy that allows no inline code, and has none', async () => {
    const system = new FakeSystem();
    system.step();
    const { headers, body } = await call(dashboard(system.sources), '/');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(body).not.toMatch(/<script(?![^>]+src=)|<style|\sstyle=|\son\w+=|javascript:/i);
    expect(body).not.toMatch(/(?:src|href|action)="(?:\/|https?:)/); // relative: right behind any prefix and proxy
    expect(body).toContain('<link rel="icon" href="assets/icon.');
  });

  test('without a slash at its end leads to where relative URLs are right', async () => {
    const middleware = dashboard();
    const bare = async (originalUrl: string) => {
      const reply = await call(async (ctx, next) => {
        (ctx as { originalUrl?: string }).originalUrl = originalUrl;
        return middleware(ctx, next);
      }, '/');
      return [reply.status, reply.headers['location']];
    };
    expect(await bare('/ops/admin')).toEqual([303, './admin/']);
    expect(await bare('/admin?sort=p99.asc')).toEqual([303, './admin/?sort=p99.asc']);
    expect(await bare('//evil.example')).toEqual([303, './evil.example/']);
    expect(await bare('/admin/')).toEqual([200, undefined]);
  });

  test('other paths go on, other methods are told which ones do', async () => {
    const middleware = dashboard();
    expect((await call(middleware, '/elsewhere')).passedOn).toBe(true);
    expect((await call(middleware, '/assets/../../secret')).passedOn).toBe(true);
    expect(await call(middleware, '/', { method: 'DELETE' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
    expect((await call(middleware, '/', { method: 'HEAD' })).body).toBe('');
  });

  test('what clients choose is text everywhere', async () => {
    const system = new FakeSystem();
    const rows = (system.profiler.serialize() as { routes: { route: string; count: number }[] }).routes;
    Object.assign(rows[0]!, { route: XSS, count: 5 });
    system.profiler.serialize = () => ({ version: 1, routes: rows });
    system.balancer.servers[0]!.id = XSS;
    system.balancer.servers[0]!.state = XSS;
    const limiter = new FakeSource(
      () => families('counter', { 'spark_ratelimit_decisions|outcome': { allowed: 1, denied: 1 } }),
      () => ({ topDenied: [{ key: XSS.repeat(4), count: 1 }] }),
    );
    const middleware = dashboard({
      ...system.sources,
      limiter,
      maskKey: (key) => key,
      sources: { [XSS]: new FakeSource(() => families('gauge', { [XSS]: { [XSS]: 1 } })) },
    });
    system.profiler.emit('slow', { method: 'GET', url: XSS, duration: 1, statusCode: 200 });
    const { body } = await call(middleware, '/');
    expect(body).not.toContain('<script>alert');
    expect(body).not.toContain('<img src=x');
    expect(body.split('&#60;script&#62;alert(1)').length).toBeGreaterThan(6);
  });

  test('is not counted among the requests that it shows', async () => {
    const { ctx } = await call(dashboard(), '/api/snapshot');
    expect(Reflect.get(ctx.res, Symbol.for('@spark-perf/profiler/long-lived'))).toBe(true);
  });
});

describe('assets', () => {
  test('are small, hashed, compressed and kept for ever', async () => {
    const size = GENERATED_ASSETS.reduce((sum, { gzip }) => sum + Buffer.from(gzip, 'base64').length, 0);
    expect(size).toBeLessThanOrEqual(60 * 1024);
    const middleware = dashboard();
    for (const { file, type } of GENERATED_ASSETS) {
      expect(file).toMatch(/\.[0-9a-f]{10}\.(js|css|svg)$/);
      const reply = await call(middleware, `/assets/${file}`, { headers: { 'accept-encoding': 'gzip, br' } });
      expect(reply.headers).toMatchObject({
        'content-type': type,
        'content-encoding': 'br',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      });
      const etag = reply.headers['etag']!;
      expect((await call(middleware, `/assets/${file}`, { headers: { 'if-none-match': etag } })).status).toBe(
        304,
      );
      expect((await call(middleware, `/assets/${file}`)).headers['content-encoding']).toBeUndefined();
      expect(
        (await call(middleware, `/assets/${file}`, { headers: { 'accept-encoding': 'br;q=0, gzip' } }))
          .headers,
      ).toMatchObject({ 'content-encoding': 'gzip' });
    }
    expect((await call(middleware, '/assets/none.js')).status).toBe(404);
  });

  test('name no other origin', async () => {
    const middleware = dashboard();
    for (const { file } of GENERATED_ASSETS) {
      const { body } = await call(middleware, `/assets/${file}`);
      expect(body.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
    }
  });
});

describe('actions', () => {
  const setUp = async () => {
    const balancer = new FakeBalancer();
    const middleware = dashboard({ balancer });
    const { cookie, token } = credentials(await call(middleware, '/'));
    const drain = (headers: Record<string, string>, fields: Record<string, string> = {}, action = 'drain') =>
      call(middleware, `/api/actions/${action}`, {
        method: 'POST',
        headers,
        payload: new URLSearchParams({ source: 'balancer', target: 'api-1', ...fields }).toString(),
      });
    return { balancer, middleware, cookie, token, drain };
  };

  test('need the token that goes with the cookie', async () => {
    const { balancer, middleware, cookie, token, drain } = await setUp();
    const other = credentials(await call(middleware, '/'));
    const refused = [
      await drain({}),
      await drain({ cookie }),
      await drain({}, { token }),
      await drain({ cookie }, { token: other.token }),
      await drain({ cookie, 'x-spark-token': 'x' }),
      await drain({ cookie, 'sec-fetch-site': 'cross-site' }, { token }),
      await drain({ cookie, 'sec-fetch-site': 'same-site' }, { token }),
      await drain({ cookie, origin: 'null' }, { token }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    expect(balancer.servers[0]!.state).toBe('healthy');
    expect(await call(middleware, '/api/actions/drain')).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
    });

    expect(await drain({ cookie, 'sec-fetch-site': 'same-origin' }, { token })).toMatchObject({
      status: 303,
      headers: { location: '../../' },
    });
    expect(balancer.servers[0]!.state).toBe('draining');
    const json = await drain({ cookie, 'x-spark-token': token, accept: 'application/json' }, {}, 'restore');
    expect([json.status, json.body]).toEqual([200, '{"ok":true}']);
    expect(balancer.servers[0]!.state).toBe('healthy');
  });

  test('take what a body parser has read, or JSON', async () => {
    const { balancer, middleware, cookie, token } = await setUp();
    const body = { source: 'balancer', target: 'api-1', token };
    expect(
      (await call(middleware, '/api/actions/drain', { method: 'POST', headers: { cookie }, body })).status,
    ).toBe(303);
    expect(balancer.servers[0]!.state).toBe('draining');
    const headers = { cookie, 'content-type': 'application/json' };
    const payload = JSON.stringify(body);
    expect(
      (await call(middleware, '/api/actions/restore', { method: 'POST', headers, payload })).status,
    ).toBe(303);
    expect(balancer.servers[0]!.state).toBe('healthy');
    const flood = await call(middleware, '/api/actions/drain', {
      method: 'POST',
      headers,
      payload: 'x'.repeat(100_000),
    });
    expect(flood.status).toBe(403);
  });

  test('on what is not there are refused with a reason, and told', async () => {
    const { middleware, cookie, token, drain } = await setUp();
    const told: unknown[] = [];
    middleware.dashboard.on('action', (event) => told.push(event));
    expect((await drain({ cookie }, { token, source: 'nobody' })).status).toBe(404);
    expect((await drain({ cookie }, { token, target: 'api-9' })).status).toBe(502);
    expect((await drain({ cookie }, { token }, 'explode')).status).toBe(404);
    for (const seconds of ['0', '-1', 'x', '61', 'Infinity']) {
      expect((await drain({ cookie }, { token, seconds }, 'cpu-profile')).status).toBe(400);
    }
    expect((await drain({ cookie }, { token, process: '1' }, 'cpu-profile')).status).toBe(404);
    expect((await drain({ cookie }, { token, process: '1' }, 'heap-snapshot')).status).toBe(400);
    expect(told).toContainEqual({ action: 'drain', target: 'api-9', ok: false });
  });

  test('make profiles as long as is allowed, and tell of which process', async () => {
    const clock = new ManualClock();
    const middleware = dashboard({ clock, maxDuration: 2_000 });
    const told: unknown[] = [];
    middleware.dashboard.on('action', (event) => told.push(event));
    const { cookie, token } = credentials(await call(middleware, '/'));
    const profile = (fields: Record<string, string>) =>
      call(middleware, '/api/actions/cpu-profile', {
        method: 'POST',
        headers: { cookie },
        payload: new URLSearchParams({ token, ...fields }).toString(),
      });
    for (const seconds of ['0', '-1', '2.001', 'x', '']) {
      expect((await profile({ seconds })).status).toBe(400);
    }
    const longest = profile({ seconds: '2' });
    await waitFor(() => clock.timers > 0);
    await clock.advance(2_000);
    expect((await longest).status).toBe(200);
    const usual = profile({ process: String(process.pid) });
    await waitFor(() => clock.timers > 0);
    await clock.advance(2_000);
    expect((await usual).status).toBe(200);
    expect((await profile({ process: '1', seconds: '1' })).status).toBe(404);
    const pid = String(process.pid);
    expect(told.slice(-3)).toEqual([
      { action: 'cpu-profile', target: pid, ok: true },
      { action: 'cpu-profile', target: pid, ok: true },
      { action: 'cpu-profile', target: '1', ok: false },
    ]);
  });

  test('make one profile at a time', async () => {
    const { cookie, token, drain } = await setUp();
    const [first, second] = await Promise.all([
      drain({ cookie }, { token, seconds: '0.05' }, 'cpu-profile'),
      drain({ cookie }, { token, seconds: '0.05' }, 'heap-profile'),
    ]);
    expect([first.status, second.status]).toEqual([200, 409]);
    expect(first.headers['content-disposition']).toMatch(/^attachment; filename="\d+-[\w-]+\.cpuprofile"$/);
    expect(JSON.parse(first.body)).toMatchObject({ nodes: expect.any(Array), samples: expect.any(Array) });
    const third = await drain({ cookie }, { token, seconds: '0.05' }, 'heap-profile');
    expect(JSON.parse(third.body)).toMatchObject({ head: expect.any(Object) });
  });

  test('can be switched off', async () => {
    const middleware = dashboard({ balancer: new FakeBalancer(), actions: false });
    const page = await call(middleware, '/');
    const { cookie, token } = credentials(page);
    expect(page.body).not.toContain('api/actions/');
    const reply = await call(middleware, '/api/actions/drain', {
      method: 'POST',
      headers: { cookie },
      body: { token, source: 'balancer', target: 'api-1' },
    });
    expect(reply.status).toBe(403);
  });
});
