import { expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import type { LoadBalancerOptions } from '../../src/index.js';
import { LoadBalancer } from '../../src/index.js';
import { testWorld } from '../support/world.js';

const world = testWorld();

function balancerFor(port: number, options: LoadBalancerOptions = {}): LoadBalancer {
  const balancer = new LoadBalancer({
    healthCheckInterval: 3_600_000,
    healthCheckTimeout: 2_000,
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
  const balancer = balancerFor(endless.port, { healthCheckTimeout: 500 });
  balancer.addServer({ id: 'b', url: `http://127.0.0.1:${hung.port}` });
  balancer.on('check', ({ ok, reason }) => reasons.push(`${ok} ${reason}`));
  await balancer.checkHealth();
  expect(reasons.sort()).toEqual(['false a body over 65536 bytes', 'false no answer within 500 ms']);
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
