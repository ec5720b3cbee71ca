import { describe, expect, test } from '@jest/globals';
import { InvalidOptionError } from '@spark-perf/core';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import type { LoadBalancerEvents, LoadBalancerOptions } from '../src/index.js';
import { LoadBalancer, NoServerError, UnknownServerError } from '../src/index.js';
import { testWorld } from './support/world.js';

const world = testWorld();
const named = (name: string) => world.upstream((_req, res) => res.end(name));
const textOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).text();

describe('options', () => {
  test.each<[string, object]>([
    ['algorithm', { algorithm: 'fastest' }],
    ['healthCheckInterval', { healthCheckInterval: 0 }],
    ['timeouts.connect', { timeouts: { connect: -1 } }],
    ['retryOn', { retryOn: [500] }],
    ['via', { via: 'a b' }],
    ['sticky.name', { sticky: { name: 'a=b' } }],
    ['forwarded', { forwarded: 'yes' }],
    ['health.path', { health: { path: 'health' } }],
    ['unknown', { unknown: 1 }],
  ])('%s is checked', (option, options) => {
    expect(() => new LoadBalancer(options as LoadBalancerOptions)).toThrow(InvalidOptionError);
    expect(() => new LoadBalancer(options as LoadBalancerOptions)).toThrow(option);
  });

  test.each(['ftp://a', 'http://a?x', 'http://u:p@a', 'nonsense', 'unix:relative'])(
    'the URL %s is refused',
    (url) => {
      const balancer = new LoadBalancer({ health: false });
      expect(() => balancer.addServer({ id: 'a', url })).toThrow(InvalidOptionError);
    },
  );

  test('an id is taken once', () => {
    const balancer = new LoadBalancer({ health: false }).addServer({ id: 'a', url: 'http://a' });
    expect(() => balancer.addServer({ id: 'a', url: 'http://b' })).toThrow('unique');
  });
});

describe('getServer', () => {
  test('takes no slot, and throws when there is nobody', () => {
    const balancer = new LoadBalancer({ health: false });
    expect(() => balancer.getServer()).toThrow(NoServerError);
    balancer.addServer({ id: 'a', url: 'http://a' }).addServer({ id: 'b', url: 'http://b' });
    expect([0, 1, 2].map(() => balancer.getServer(fakeContext()).id)).toEqual(['a', 'b', 'a']);
    expect(balancer.getStats()).toMatchObject({ activeConnections: 0, requests: 0 });
  });

  test('backups serve only while nobody before them is there', () => {
    const balancer = new LoadBalancer({ health: false })
      .addServer({ id: 'a', url: 'http://a' })
      .addServer({ id: 'backup', url: 'http://b', priority: 1 });
    expect([0, 1, 2].map(() => balancer.getServer().id)).toEqual(['a', 'a', 'a']);
    balancer.drainServer('a');
    expect(balancer.getServer().id).toBe('backup');
    balancer.restoreServer('a');
    expect(balancer.getServer().id).toBe('a');
    expect(() => balancer.drainServer('x')).toThrow(UnknownServerError);
  });

  test('an algorithm of one’s own', () => {
    const balancer = new LoadBalancer({ health: false, algorithm: { pick: (servers) => servers.at(-1)! } })
      .addServer({ id: 'a', url: 'http://a' })
      .addServer({ id: 'b', url: 'http://b' });
    expect(balancer.getServer().id).toBe('b');
  });

  test('hash: the same client, the same server', () => {
    const balancer = new LoadBalancer({ health: false, algorithm: 'hash' });
    for (let i = 0; i < 10; i++) balancer.addServer({ id: `s${i}`, url: `http://s${i}` });
    const of = (remoteAddress: string) => balancer.getServer(fakeContext({ remoteAddress })).id;
    expect(of('192.0.2.1')).toBe(of('192.0.2.1'));
    expect(new Set(Array.from({ length: 50 }, (_, i) => of(`192.0.2.${i}`))).size).toBeGreaterThan(4);
  });
});

describe('sticky', () => {
  test('a client stays; a forged cookie is ignored and replaced; the address is not shown', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const { url } = await world.front([a.port, b.port], { sticky: { secret: 's3cret' } });
    const first = await fetch(url);
    const cookie = first.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^spark_lb=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(String(a.port));
    expect(cookie).not.toContain('s0');
    const own = await first.text();
    const headers = { Cookie: `x=1; ${cookie.split(';')[0]}` };
    for (let i = 0; i < 4; i++) {
      const next = await fetch(url, { headers });
      expect(next.headers.get('set-cookie')).toBeNull();
      expect(await next.text()).toBe(own);
    }
    const forged = await fetch(url, { headers: { Cookie: `${cookie.split(';')[0]}x` } });
    expect(forged.headers.get('set-cookie')).not.toBeNull();
  });
});

describe('membership', () => {
  test('a drained server finishes what it has, and is then gone', async () => {
    let finish = () => {};
    const slow = await world.upstream((_req, res) => (finish = () => res.end('slow')));
    const { url, balancer } = await world.front([slow.port]);
    const answer = textOf(url);
    await waitFor(() => slow.requests === 1);
    const removed = balancer.removeServer('s0', { drain: 20_000 });
    expect(balancer.getStats().activeConnections).toBe(1);
    expect((await fetch(url)).status).toBe(503);
    finish();
    expect(await answer).toBe('slow');
    await removed;
    expect(balancer.getStats().servers).toEqual([]);
    await balancer.removeServer('s0');
  });

  test('what is not over at the deadline is cut', async () => {
    const hung = await world.upstream(() => {});
    const { url, balancer } = await world.front([hung.port]);
    const events: LoadBalancerEvents['serverRemoved'][] = [];
    balancer.on('serverRemoved', (event) => events.push(event));
    const answer = fetch(url);
    await waitFor(() => hung.requests === 1);
    await balancer.removeServer('s0', { drain: 20 });
    expect((await answer).status).toBe(502);
    expect(events).toEqual([{ id: 's0', cut: 1 }]);
  });

  test('setServers: adds, changes in place, drains the leavers', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const at = (id: string, port: number, weight = 1) => ({ id, url: `http://127.0.0.1:${port}`, weight });
    const { url, balancer } = await world.front([], { algorithm: 'weighted' });
    await balancer.setServers([at('a', a.port), at('b', b.port)]);
    expect(new Set([await textOf(url), await textOf(url)])).toEqual(new Set(['a', 'b']));
    await balancer.setServers([at('a', a.port, 3)]);
    expect(balancer.getStats().servers).toMatchObject([{ id: 'a', weight: 3, requests: 1 }]);
    expect(await textOf(url)).toBe('a');
  });

  test('close: refuses, waits, and is idempotent', async () => {
    let finish = () => {};
    const slow = await world.upstream((_req, res) => (finish = () => res.end('done')));
    const { url, balancer } = await world.front([slow.port]);
    const answer = textOf(url);
    await waitFor(() => slow.requests === 1);
    const closed = balancer.close({ drain: 20_000 });
    expect(balancer.close()).toBe(closed);
    expect((await fetch(url)).status).toBe(503);
    expect(() => balancer.addServer({ id: 'x', url: 'http://x' })).toThrow('closed');
    finish();
    expect(await answer).toBe('done');
    await closed;
  });
});

describe('queue', () => {
  test('waits for room in turn, and refuses beyond its limit', async () => {
    const open: (() => void)[] = [];
    const slow = await world.upstream((_req, res) => void open.push(() => res.end('ok')));
    const server = { id: 'a', url: `http://127.0.0.1:${slow.port}`, maxConnections: 1 };
    const { url, balancer } = await world.front([server], { queue: { limit: 1, timeout: 20_000 } });
    const first = textOf(url);
    await waitFor(() => open.length === 1);
    const second = textOf(url);
    await waitFor(() => balancer.getStats().queued === 1);
    const third = await fetch(url);
    expect(third.status).toBe(503);
    expect(third.headers.get('retry-after')).toBe('1');
    open[0]!();
    expect(await first).toBe('ok');
    await waitFor(() => open.length === 2);
    open[1]!();
    expect(await second).toBe('ok');
  });

  test('gives up in time, and when the client leaves', async () => {
    const hung = await world.upstream(() => {});
    const server = { id: 'a', url: `http://127.0.0.1:${hung.port}`, maxConnections: 1 };
    const clock = new ManualClock();
    const { url, balancer } = await world.front([server], {
      clock,
      queue: { timeout: 300 },
      timeouts: { firstByte: 0 },
    });
    const leaving = new AbortController();
    void fetch(url, { signal: leaving.signal }).catch(() => {});
    await waitFor(() => hung.requests === 1);
    const gone = new AbortController();
    void fetch(url, { signal: gone.signal }).catch(() => {});
    await waitFor(() => balancer.getStats().queued === 1);
    gone.abort();
    await waitFor(() => balancer.getStats().queued === 0);
    const late = fetch(url);
    await waitFor(() => balancer.getStats().queued === 1);
    await clock.advance(400);
    expect((await late).status).toBe(503);
    leaving.abort();
    await waitFor(() => balancer.getStats().activeConnections === 0);
  });
});

test('discovery follows a name, and keeps its servers when the name fails', async () => {
  const a = await named('a');
  let addresses: string[] | Error = ['127.0.0.1'];
  const clock = new ManualClock();
  const balancer = new LoadBalancer({ health: false, clock });
  const failed: string[] = [];
  balancer.on('discoveryFailed', ({ id }) => failed.push(id));
  const stop = await balancer.discover({
    id: 'api',
    url: `http://api.internal:${a.port}`,
    interval: 1_000,
    resolve: async () => {
      if (addresses instanceof Error) throw addresses;
      return addresses;
    },
  });
  const ids = () => balancer.getStats().servers.map(({ id }) => id);
  expect(ids()).toEqual(['api@127.0.0.1']);
  addresses = ['127.0.0.1', '::1'];
  await clock.advance(1_000);
  expect(ids()).toEqual(['api@127.0.0.1', 'api@::1']);
  addresses = new Error('SERVFAIL');
  await clock.advance(1_000);
  expect(ids()).toHaveLength(2);
  expect(failed).toEqual(['api']);
  addresses = ['::1'];
  await clock.advance(1_000);
  expect(ids()).toEqual(['api@::1']);
  stop();
  await balancer.close();
});

test('figures are there as metric families', async () => {
  const a = await named('a');
  const { url, balancer } = await world.front([a.port]);
  await textOf(url);
  const families = new Map(balancer.collect().map((family) => [family.name, family.samples]));
  expect(families.get('spark_balancer_requests')).toEqual([{ labels: {}, value: 1 }]);
  expect(families.get('spark_balancer_server_requests')).toEqual([{ labels: { server: 's0' }, value: 1 }]);
  expect(balancer.getStats().servers[0]).toMatchObject({ id: 's0', healthy: true, requests: 1, errors: 0 });
});
