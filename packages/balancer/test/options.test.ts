import { describe, expect, test } from '@jest/globals';
import { InvalidOptionError } from '@spark-perf/core';
import { fakeContext } from '@spark-perf/core/testing';
import type { AlgorithmName, LoadBalancerOptions, ServerOptions } from '../src/index.js';
import { HashPicker, LoadBalancer, LOAD_BALANCER_DEFAULTS, ResponseTimePicker } from '../src/index.js';
import { resolveHealthCheckOptions } from '../src/health/health-check-options.js';
import { MaglevPicker } from '../src/pickers/maglev-picker.js';
import { RendezvousPicker } from '../src/pickers/rendezvous-picker.js';
import { resolveLoadBalancerOptions } from '../src/resolve-options.js';
import { resolveServerOptions } from '../src/servers/server-options.js';
import { fakeServers } from './pickers/fake-servers.js';

test('the defaults are those that are documented', () => {
  const resolved = resolveLoadBalancerOptions(undefined);
  expect(resolved).toMatchObject({
    sticky: undefined,
    health: {
      ...{ interval: 30_000, timeout: 5_000, path: '/health', method: 'GET', rise: 2, fall: 3, jitter: 0.1 },
      ...{ downInterval: 3_000, maxBody: 65_536, isBody: undefined },
    },
    outlier: {
      ...{ consecutive5xx: 5, consecutiveGatewayFailures: 5, consecutiveTimeouts: 5, successRateVolume: 100 },
      ...{ successRateServers: 5, successRateFactor: 1.9, interval: 10_000, baseEjectionTime: 30_000 },
      maxEjectionTime: 300_000,
    },
    maxEjectionRatio: 0.5,
    slowStart: undefined,
    queue: { limit: 1_000, timeout: 10_000 },
    retry: { budget: 0.2, minPerSecond: 3, attempts: Infinity },
    retryOn: new Set(),
    retryBodyLimit: 65_536,
    timeouts: { connect: 5_000, firstByte: 30_000, idle: 60_000, total: 0 },
    preserveHost: false,
    forwarded: 'x-forwarded',
    via: undefined,
    trust: undefined,
  });
  expect([199, 200, 299, 300, 404].map((status) => resolved.health!.isStatus(status))).toEqual([
    ...[false, true, true, false, false],
  ]);
  expect(resolveHealthCheckOptions(undefined, 5_000, 1).downInterval).toBe(500);
  expect(Object.isFrozen(LOAD_BALANCER_DEFAULTS) && Object.isFrozen(LOAD_BALANCER_DEFAULTS.timeouts)).toBe(
    true,
  );
  expect(resolveServerOptions({ id: 'a', url: 'https://a.example/base/' })).toMatchObject({
    ...{ weight: 1, priority: 0, maxConnections: Infinity, healthTarget: undefined },
    target: { port: 443, host: 'a.example', basePath: '/base', tls: { servername: 'a.example' } },
  });
});

test.each<[string, object]>([
  ['healthCheckTimeout', { healthCheckTimeout: 0 }],
  ['hashKey', { hashKey: 'ip' }],
  ['algorithm', { algorithm: {} }],
  ['maxEjectionRatio', { maxEjectionRatio: 1.1 }],
  ['outlier.consecutive5xx', { outlier: { consecutive5xx: -1 } }],
  ['outlier.baseEjectionTime', { outlier: { baseEjectionTime: 0 } }],
  ['slowStart.aggression', { slowStart: { window: 1, aggression: 11 } }],
  ['slowStart.minWeight', { slowStart: { window: 1, minWeight: 0 } }],
  ['queue.limit', { queue: { limit: 1.5 } }],
  ['queue.timeout', { queue: { timeout: 0 } }],
  ['retry.budget', { retry: { budget: -1 } }],
  ['retry.attempts', { retry: { attempts: 0 } }],
  ['retryBodyLimit', { retryBodyLimit: -1 }],
  ['timeouts.total', { timeouts: { total: '1s' } }],
  ['beforeRequest', { beforeRequest: 1 }],
  ['afterResponse', { afterResponse: 1 }],
  ['rewritePath', { rewritePath: '/' }],
  ['preserveHost', { preserveHost: 'yes' }],
  ['transport', { transport: {} }],
  ['health.rise', { health: { rise: 0 } }],
  ['health.fall', { health: { fall: 0 } }],
  ['health.jitter', { health: { jitter: 2 } }],
  ['health.method', { health: { method: 'get' } }],
  ['health.status', { health: { status: [99] } }],
  ['health.body', { health: { body: 1 } }],
  ['health.downInterval', { health: { downInterval: 0 } }],
  ['sticky.ttl', { sticky: { ttl: -1 } }],
  ['via', { via: 'a\r\nb' }],
])('%s is checked', (option, options) => {
  expect(() => new LoadBalancer(options as LoadBalancerOptions)).toThrow(InvalidOptionError);
  expect(() => new LoadBalancer(options as LoadBalancerOptions)).toThrow(option);
});

test.each<[string, Partial<Record<keyof ServerOptions, unknown>>]>([
  ['id', { id: '' }],
  ['weight', { weight: 0 }],
  ['priority', { priority: -1 }],
  ['maxConnections', { maxConnections: 0 }],
  ['host', { host: 'a\r\nX-Evil: 1' }],
  ['host', { url: 'unix:/s', host: 'a b' }],
  ['url', { url: 'unix:/s:/a b' }],
  ['url', { url: 'unix:/s:/a?b' }],
  ['healthUrl', { healthUrl: 'ftp://a' }],
])('the %s of a server is checked', (option, server) => {
  const given = { id: 'a', url: 'http://a', ...server } as ServerOptions;
  expect(() => resolveServerOptions(given)).toThrow(InvalidOptionError);
  expect(() => resolveServerOptions(given)).toThrow(option);
});

test.each([
  ['http://a:81/live?deep=1', { port: 81, basePath: '/live?deep=1' }],
  ['http://a/?deep=1', { basePath: '/?deep=1' }],
  ['unix:/run/s:/live?deep=1', { socketPath: '/run/s', basePath: '/live?deep=1' }],
])('a check may ask for all of a URL: %s', (healthUrl, target) => {
  expect(resolveServerOptions({ id: 'a', url: 'http://a', healthUrl }).healthTarget).toMatchObject(target);
});

describe('algorithms by name', () => {
  const busy = async (algorithm: AlgorithmName) => {
    const balancer = new LoadBalancer({ health: false, algorithm });
    for (const id of ['a', 'b', 'c'])
      balancer.addServer({ id, url: `http://${id}`, weight: id === 'a' ? 8 : 1 });
    return Array.from({ length: 300 }, () => balancer.getServer(fakeContext()).id).filter((id) => id === 'a')
      .length;
  };

  test.each<[AlgorithmName, number, number]>([
    ['round-robin', 100, 100],
    ['weighted', 240, 240],
    ['least-connections', 300, 300],
    ['random', 210, 270],
    ['two-choices', 150, 250],
  ])(
    '%s, of 300 picks of idle servers weighing 8:1:1 the first gets %i to %i',
    async (algorithm, least, most) => {
      const picks = await busy(algorithm);
      expect(picks).toBeGreaterThanOrEqual(least);
      expect(picks).toBeLessThanOrEqual(most);
    },
  );

  test('response-time looks at all of 32 servers, at two of 33', () => {
    const best = (count: number): boolean => {
      const servers = fakeServers(Array.from({ length: count }, () => 1));
      for (const server of servers) server.latency.observe(0, 100);
      const quick = servers[count - 1]!;
      quick.latency.reset();
      quick.latency.observe(0, 1);
      // Chance that names the first two servers.
      const picker = new ResponseTimePicker(() => 0);
      return picker.pick(servers, { ctx: undefined, now: 0 }) === quick;
    };
    expect([best(32), best(33)]).toEqual([true, false]);
  });

  test.each([
    [64, new RendezvousPicker()],
    [65, new MaglevPicker()],
  ])('hash over %i servers', (count, expected) => {
    const servers = fakeServers(Array.from({ length: count }, () => 1));
    const picker = new HashPicker((ctx) => ctx.path);
    for (let i = 0; i < 50; i++) {
      const ctx = fakeContext({ url: `/${i}` });
      expect(picker.pick(servers, { ctx, now: 0 })).toBe(expected.pickKey(servers, ctx.path));
    }
  });

  test('hash by a key of one’s own; without one it goes round', () => {
    const balancer = new LoadBalancer({
      health: false,
      algorithm: 'hash',
      hashKey: (ctx) => ctx.headers['x-user'],
    });
    for (let i = 0; i < 9; i++) balancer.addServer({ id: `s${i}`, url: `http://s${i}` });
    const of = (user: string | undefined) =>
      balancer.getServer(fakeContext(user === undefined ? {} : { headers: { 'x-user': user } })).id;
    expect(new Set(Array.from({ length: 20 }, () => of('ada'))).size).toBe(1);
    expect(new Set(Array.from({ length: 9 }, () => of(undefined))).size).toBe(9);
  });
});
