import { expect, jest, test } from '@jest/globals';
import { freePort, waitFor } from '@spark-perf/test-services';
import type { LoadBalancerEvents } from '../src/index.js';
import { LoadBalancer } from '../src/index.js';
import type { Front } from './support/front.js';
import { testWorld } from './support/world.js';

const world = testWorld();

/** Everything a balancer tells, in order. */
function listen(balancer: LoadBalancer): [keyof LoadBalancerEvents, Record<string, unknown>][] {
  const told: [keyof LoadBalancerEvents, Record<string, unknown>][] = [];
  const names: (keyof LoadBalancerEvents)[] = [
    ...(['serverAdded', 'serverRemoved', 'stateChange', 'ejected', 'recovered', 'attemptFailed'] as const),
    ...(['retry', 'panic', 'rejected', 'discoveryFailed', 'hookFailed', 'check'] as const),
  ];
  for (const name of names) balancer.on(name, (event) => told.push([name, event as never]));
  return told;
}

test('a server’s way through a balancer is told', async () => {
  const balancer = new LoadBalancer({ health: false });
  const told = listen(balancer);
  balancer.addServer({ id: 'a', url: 'http://a' });
  balancer.drainServer('a');
  balancer.restoreServer('a');
  await balancer.removeServer('a');
  expect(told).toEqual([
    ['serverAdded', { id: 'a', url: 'http://a' }],
    ['stateChange', { id: 'a', from: 'healthy', to: 'draining' }],
    ['stateChange', { id: 'a', from: 'draining', to: 'healthy' }],
    ['stateChange', { id: 'a', from: 'healthy', to: 'draining' }],
    ['stateChange', { id: 'a', from: 'draining', to: 'removed' }],
    ['serverRemoved', { id: 'a', cut: 0 }],
  ]);
});

test('failed attempts, retries, ejections, panic and refusals are told', async () => {
  const { url, balancer } = await world.front([await freePort(), await freePort()], {
    outlier: { consecutiveGatewayFailures: 1, baseEjectionTime: 7_000 },
    maxEjectionRatio: 1,
  });
  const told = listen(balancer);
  expect((await fetch(url)).status).toBe(503);
  await fetch(url);
  expect(told.slice(0, 10)).toEqual([
    ['stateChange', { id: 's0', from: 'healthy', to: 'ejected' }],
    ['ejected', { id: 's0', reason: 'gateway-failures', duration: 7_000 }],
    [
      'attemptFailed',
      { id: 's0', failure: 'connect', error: expect.objectContaining({ code: 'ECONNREFUSED' }) },
    ],
    ['retry', { from: 's0', attempt: 1 }],
    ['stateChange', { id: 's1', from: 'healthy', to: 'ejected' }],
    ['ejected', { id: 's1', reason: 'gateway-failures', duration: 7_000 }],
    [
      'attemptFailed',
      { id: 's1', failure: 'connect', error: expect.objectContaining({ code: 'ECONNREFUSED' }) },
    ],
    ['panic', { servers: 2 }],
    ['rejected', { reason: 'no-server' }],
    ['attemptFailed', expect.anything()],
  ]);
});

test('a refusal while all servers are out: 503 with Retry-After, also when each refuses its connection', async () => {
  const { url, balancer } = await world.front([await freePort()], {
    outlier: { consecutiveGatewayFailures: 1 },
  });
  for (let i = 0; i < 3; i++) {
    const answer = await fetch(url);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(balancer.getStats().servers[0]).toMatchObject({ state: 'ejected', reason: 'gateway-failures' });
});

test.each<[LoadBalancerEvents['rejected']['reason'], (front: Front) => Promise<unknown>]>([
  ['closed', ({ balancer, url }) => balancer.close().then(() => fetch(url))],
  ['queue-full', ({ url }) => fetch(url)],
])('%s is told and counted', async (reason, act) => {
  const hung = await world.upstream(() => {});
  const front = await world.front([{ id: 'a', url: `http://127.0.0.1:${hung.port}`, maxConnections: 1 }], {
    queue: { limit: 0 },
  });
  const told = listen(front.balancer);
  if (reason === 'queue-full') {
    void fetch(front.url).catch(() => {});
    await waitFor(() => hung.requests === 1);
  }
  await act(front);
  expect(told).toContainEqual(['rejected', { reason }]);
  expect(front.balancer.getStats().rejected).toBe(1);
});

test('what an operator should know is said in the log, and nothing without one', async () => {
  const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  let healthy = false;
  const server = await world.upstream((_req, res) => res.writeHead(healthy ? 200 : 500).end());
  const balancer = new LoadBalancer({ logger, healthCheckInterval: 3_600_000, health: { rise: 1 } });
  balancer.addServer({ id: 'a', url: `http://127.0.0.1:${server.port}` });
  await balancer.checkHealth();
  balancer.getServer();
  healthy = true;
  await balancer.checkHealth();
  await balancer.discover({ id: 'x', url: 'http://x', resolve: () => Promise.reject(new Error('no')) });
  expect(logger.warn).toHaveBeenCalledWith('LoadBalancer: server a is out (check) until checks pass');
  expect(logger.error).toHaveBeenCalledWith('LoadBalancer: no server is healthy, requests go to all 1');
  expect(logger.info).toHaveBeenCalledWith('LoadBalancer: server a is back');
  expect(logger.warn).toHaveBeenCalledWith('LoadBalancer: x could not be resolved', expect.any(Error));
  await balancer.close();
});

test('a listener that throws breaks nothing', async () => {
  const server = await world.upstream((_req, res) => res.end('ok'));
  const { url, balancer } = await world.front([await freePort(), server.port]);
  for (const name of ['attemptFailed', 'retry'] as const)
    balancer.on(name, () => {
      throw new Error('mine');
    });
  expect(await (await fetch(url)).text()).toBe('ok');
});

test('figures of a server: percentiles, errors, retries, ejections, the last check', async () => {
  const sick = await world.upstream((req, res) => res.writeHead(req.url === '/health' ? 500 : 503).end());
  const good = await world.upstream((_req, res) => void setTimeout(() => res.end(), 30));
  const { url, balancer } = await world.front([sick.port, good.port], { retryOn: [503], health: {} });
  for (let i = 0; i < 2; i++) await (await fetch(url)).text();
  await balancer.checkHealth();
  const [a, b] = balancer.getStats().servers;
  expect(a).toMatchObject({
    ...{ id: 's0', url: `http://127.0.0.1:${sick.port}`, healthy: false, state: 'ejected', reason: 'check' },
    ...{ weight: 1, priority: 0, requests: 1, errors: 1, retries: 0, ejections: 1, activeConnections: 0 },
    lastCheck: expect.any(Number),
  });
  expect(a!.responseTime).toBeGreaterThanOrEqual(1_000); // failing fast is not being fast
  expect(b).toMatchObject({ id: 's1', healthy: true, reason: undefined, requests: 2, errors: 0, retries: 1 });
  expect(b!.p50).toBeGreaterThanOrEqual(25);
  expect(b!.p50).toBeLessThanOrEqual(b!.p90);
  expect(b!.p90).toBeLessThanOrEqual(b!.p99);
  expect(b!.responseTime).toBeGreaterThanOrEqual(25);
  const families = new Map(balancer.collect().map((family) => [family.name, family.samples]));
  const of = (name: string) => families.get(`spark_balancer_${name}`);
  expect(of('retries')).toEqual([{ labels: {}, value: 1 }]);
  expect(of('server_healthy')).toEqual([
    { labels: { server: 's0' }, value: 0 },
    { labels: { server: 's1' }, value: 1 },
  ]);
  expect(of('server_errors')).toContainEqual({ labels: { server: 's0' }, value: 1 });
  expect(of('server_ejections')).toContainEqual({ labels: { server: 's0' }, value: 1 });
  expect(of('failures')).toContainEqual({ labels: { failure: 'timeout' }, value: 0 });
  for (const name of ['rejected', 'queued', 'server_active_connections', 'server_response_time_seconds'])
    expect(of(name)).toBeDefined();
});

test('is disposed of with `await using`', async () => {
  const balancer = new LoadBalancer({ health: false });
  await balancer[Symbol.asyncDispose]();
  expect(() => balancer.addServer({ id: 'a', url: 'http://a' })).toThrow('closed');
});
