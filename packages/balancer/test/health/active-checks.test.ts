import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import type { HealthCheckOptions, LoadBalancerOptions } from '../../src/index.js';
import { LoadBalancer } from '../../src/index.js';
import { testWorld } from '../support/world.js';

const world = testWorld();

function balancerFor(port: number, options: LoadBalancerOptions = {}): LoadBalancer {
  const balancer = new LoadBalancer({
    healthCheckInterval: 3_600_000,
    healthCheckTimeout: 20_000,
    ...options,
  });
  balancer.addServer({ id: 'a', url: `http://127.0.0.1:${port}` });
  world.defer(() => balancer.close({ drain: 0 }));
  return balancer;
}

const healthOf = (balancer: LoadBalancer) => balancer.getStats().servers[0]?.healthy;

test('the first failing check is enough, then fall of them; rise passing ones bring back', async () => {
  let status = 500;
  const server = await world.upstream((_req, res) => res.writeHead(status).end());
  const balancer = balancerFor(server.port);
  const events: string[] = [];
  balancer.on('ejected', ({ reason, duration }) => events.push(`${reason} ${duration}`));
  balancer.on('recovered', () => events.push('recovered'));
  expect(healthOf(balancer)).toBe(true);
  await balancer.checkHealth();
  expect(healthOf(balancer)).toBe(false);
  status = 200;
  await balancer.checkHealth();
  expect(healthOf(balancer)).toBe(false);
  await balancer.checkHealth();
  expect(healthOf(balancer)).toBe(true);
  status = 404;
  await balancer.checkHealth();
  await balancer.checkHealth();
  expect(healthOf(balancer)).toBe(true);
  await balancer.checkHealth();
  expect(healthOf(balancer)).toBe(false);
  expect(events).toEqual(['check Infinity', 'recovered', 'check Infinity']);
});

test('asks what it is told to, and looks at the body', async () => {
  const asked: string[] = [];
  let body = '{"status":"up"}';
  const server = await world.upstream((req, res) => {
    asked.push(`${req.method} ${req.url} ${req.headers.host}`);
    res.end(body);
  });
  const balancer = balancerFor(server.port, { health: { path: '/ready', body: /"up"/, maxBody: 1_000 } });
  await balancer.checkHealth();
  expect(healthOf(balancer)).toBe(true);
  expect(asked[0]).toBe(`GET /ready 127.0.0.1:${server.port}`);
  body = 'down';
  for (let i = 0; i < 3; i++) await balancer.checkHealth();
  expect(healthOf(balancer)).toBe(false);
});

test('a body without end and a server that hangs fail', async () => {
  const endless = await world.upstream((_req, res) => {
    const write = () => {
      while (!res.destroyed && res.write(Buffer.alloc(65_536)));
    };
    res.on('drain', write);
    write();
  });
  const hung = await world.upstream(() => {});
  const reasons: string[] = [];
  const clock = new ManualClock();
  const balancer = balancerFor(endless.port, { clock, healthCheckTimeout: 500 });
  balancer.addServer({ id: 'b', url: `http://127.0.0.1:${hung.port}` });
  balancer.on('check', ({ ok, reason }) => reasons.push(`${ok} ${reason}`));
  const checked = balancer.checkHealth();
  await waitFor(() => reasons.length === 1 && hung.requests === 1);
  await clock.advance(500);
  await checked;
  expect(reasons).toEqual(['false a body over 65536 bytes', 'false no answer within 500 ms']);
});

test('checks by itself, sooner while the server is down', async () => {
  let status = 503;
  const server = await world.upstream((_req, res) => res.writeHead(status).end());
  const balancer = balancerFor(server.port, { health: { downInterval: 5, rise: 1 } });
  await waitFor(() => healthOf(balancer) === false);
  status = 204;
  await waitFor(() => healthOf(balancer) === true);
});

test('healthUrl is asked instead', async () => {
  const health = await world.upstream((_req, res) => res.end());
  const balancer = new LoadBalancer({ healthCheckInterval: 3_600_000 });
  world.defer(() => balancer.close({ drain: 0 }));
  balancer.addServer({
    id: 'a',
    url: 'http://127.0.0.1:1',
    healthUrl: `http://127.0.0.1:${health.port}/live`,
  });
  await balancer.checkHealth();
  expect(healthOf(balancer)).toBe(true);
});

test.each<[string, HealthCheckOptions, boolean]>([
  ['HEAD', { method: 'HEAD' }, true],
  ['a status of a list', { status: [204, 302] }, true],
  ['a status that is not the one', { status: 204 }, false],
  ['a status by function', { status: (status) => status === 302 }, true],
  ['a status by a function that throws', { status: () => JSON.parse('') as boolean }, false],
  ['text in the body', { status: 302, body: 'all well' }, true],
  ['no such text', { status: 302, body: 'ALL' }, false],
  ['a body by function', { status: 302, body: (body) => body.length === 8 }, true],
  ['a global expression, twice', { status: 302, body: /well/g }, true],
])('%s', async (name, health, expected) => {
  let method = '';
  const server = await world.upstream((req, res) => {
    method = req.method ?? '';
    res.writeHead(name === 'HEAD' ? 200 : 302, { Location: 'http://127.0.0.1:1/' }).end('all well');
  });
  const balancer = balancerFor(server.port, { health });
  await balancer.checkHealth();
  await balancer.checkHealth();
  expect([method, healthOf(balancer)]).toEqual([health.method ?? 'GET', expected]);
});

test('asks for GET /health unless told otherwise', async () => {
  const asked: string[] = [];
  const server = await world.upstream((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    res.end();
  });
  await balancerFor(server.port).checkHealth();
  expect(asked).toEqual(['GET /health']);
});

test('passing checks end an ejection by live traffic: `rise` of them from then on, not those before', async () => {
  const server = await world.upstream((req, res) => res.writeHead(req.url === '/health' ? 200 : 500).end());
  const { url, balancer } = await world.front([server.port, server.port], {
    health: {},
    healthCheckInterval: 3_600_000,
    maxEjectionRatio: 1,
  });
  for (let i = 0; i < 5; i++) await balancer.checkHealth();
  for (let i = 0; i < 10; i++) await (await fetch(url)).text();
  const states = () => balancer.getStats().servers.map(({ state }) => state);
  expect(states()).toEqual(['ejected', 'ejected']);
  await balancer.checkHealth();
  expect(states()).toEqual(['ejected', 'ejected']);
  await balancer.checkHealth();
  expect(states()).toEqual(['healthy', 'healthy']);
});

test('the time between two checks is the interval less a share by chance; less while down', async () => {
  const clock = new ManualClock();
  let status = 200;
  const server = await world.upstream((_req, res) => res.writeHead(status).end());
  const balancer = balancerFor(server.port, {
    clock,
    random: () => 0.5,
    healthCheckInterval: 10_000,
    health: { jitter: 0.2 },
  });
  const checks = () => server.requests;
  const after = async (time: number) => {
    const before = checks();
    const done = new Promise<void>((resolve) => balancer.on('check', () => resolve()));
    await clock.advance(time - 1);
    expect(checks()).toBe(before);
    await clock.advance(1);
    await done;
    await new Promise((resolve) => setImmediate(resolve));
    expect(checks()).toBe(before + 1);
  };
  await after(500); // half of the down interval
  await after(9_000); // 10,000 less half of 20 %
  status = 500;
  await after(9_000);
  await after(900); // a tenth of that while the checks disagree
});

test('tells how long a check took', async () => {
  const hung = await world.upstream(() => {});
  const clock = new ManualClock({ now: 7_000 });
  const balancer = balancerFor(hung.port, { clock, healthCheckTimeout: 500 });
  const told: unknown[] = [];
  balancer.on('check', (event) => told.push(event));
  const checked = balancer.checkHealth();
  await waitFor(() => hung.requests === 1);
  await clock.advance(500);
  await checked;
  expect(told).toEqual([{ id: 'a', ok: false, duration: 500, reason: expect.any(String) }]);
});

test('a check that ends after its server was removed says nothing any more', async () => {
  let finish: (() => void) | undefined;
  const server = await world.upstream((_req, res) => {
    finish = () => res.writeHead(500).end();
  });
  const balancer = balancerFor(server.port);
  const told: string[] = [];
  balancer.on('check', () => told.push('check'));
  balancer.on('ejected', () => told.push('ejected'));
  const checked = balancer.checkHealth();
  await waitFor(() => finish !== undefined);
  await balancer.removeServer('a');
  finish?.();
  await checked;
  expect(told).toEqual([]);
});
