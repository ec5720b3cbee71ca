import { expect, test } from '@jest/globals';
import { soakCount, waitFor } from '@spark-perf/test-services';
import { ChildUpstream } from '../support/child-upstream.js';
import { startLoad } from '../support/load.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const IDEMPOTENT = ['GET', 'PUT', 'DELETE'];
const enough = soakCount(20_000);

async function children(count: number): Promise<ChildUpstream[]> {
  const started = await Promise.all(Array.from({ length: count }, () => ChildUpstream.start()));
  for (const child of started) world.defer(() => child.kill());
  return started;
}

test('one of three is killed under load and comes back: nobody notices', async () => {
  const servers = await children(3);
  const { balancer, port } = await world.front(
    servers.map((server) => server.port),
    {
      algorithm: 'least-connections',
      health: { downInterval: 20 },
      healthCheckInterval: 100,
    },
  );
  const load = startLoad(port, 20, IDEMPOTENT);
  await waitFor(() => load.requests > enough / 4);
  await servers[0]!.kill();
  const atKill = load.requests;
  await waitFor(() => balancer.getStats().servers[0]?.healthy === false);
  await waitFor(() => load.requests > atKill + enough / 4);
  const back = await ChildUpstream.start(servers[0]!.port);
  world.defer(() => back.kill());
  await waitFor(() => balancer.getStats().servers[0]?.healthy === true);
  const atReturn = load.requests;
  await waitFor(() => load.requests > atReturn + enough / 4);
  const { requests, failures } = await load.stop();
  expect(failures).toEqual([]);
  const stats = balancer.getStats();
  const attempts = stats.servers.reduce((sum, server) => sum + server.requests, 0) - stats.failed.connect;
  expect(attempts).toBeLessThanOrEqual(requests * 1.2);
  expect(stats.activeConnections).toBe(0);
  expect(await back.count()).toBeGreaterThan(0);
});

test.each<[string, (turn: number) => 'ok' | 'hang' | 'reset' | 'slow']>([
  ['a hung one', () => 'hang'],
  ['a flapping one', (turn) => (turn % 7 < 3 ? 'reset' : 'ok')],
  ['a slow one', () => 'slow'],
])('%s among three: no idempotent request fails', async (_name, behave) => {
  let turn = 0;
  const bad = await world.upstream((req, res) => {
    const what = behave(turn++);
    if (what === 'reset') req.socket.resetAndDestroy();
    else if (what === 'slow') setTimeout(() => res.end('ok'), 40);
    else if (what === 'ok') res.end('ok');
  });
  const good = await Promise.all([1, 2].map(() => world.upstream((_req, res) => void res.end('ok'))));
  const { balancer, port } = await world.front([bad.port, ...good.map((server) => server.port)], {
    // Longer than a busy machine stands still.
    timeouts: { firstByte: 2_000 },
    algorithm: 'response-time',
  });
  const load = startLoad(port, 10, IDEMPOTENT);
  await waitFor(() => load.requests > enough / 4);
  const { requests, failures } = await load.stop();
  expect(failures).toEqual([]);
  const stats = balancer.getStats();
  expect(stats.servers.reduce((sum, server) => sum + server.requests, 0)).toBeLessThanOrEqual(requests * 1.2);
  expect(stats.activeConnections).toBe(0);
});

test('all down: refused in time, and served again as soon as one is back', async () => {
  const servers = await Promise.all([1, 2].map(() => world.upstream((_req, res) => void res.end('ok'))));
  const { balancer, url } = await world.front(
    servers.map((server) => server.port),
    {
      health: { downInterval: 10 },
      healthCheckInterval: 50,
    },
  );
  for (const server of servers) await server.down();
  for (let i = 0; i < 20; i++) expect((await fetch(url)).status).toBe(503);
  await servers[1]!.up();
  await waitFor(async () => (await fetch(url)).status === 200);
  await waitFor(() => balancer.getStats().servers[1]?.healthy === true);
  for (let i = 0; i < 20; i++) expect((await fetch(url)).status).toBe(200);
});

test('a rolling drain of every server loses nothing, POST included', async () => {
  const servers = await children(3);
  const { balancer, port } = await world.front(servers.map((server) => server.port));
  const load = startLoad(port, 20, ['GET', 'POST']);
  for (const [index, server] of servers.entries()) {
    const before = load.requests;
    await waitFor(() => load.requests > before + enough / 20);
    await balancer.removeServer(`s${index}`, { drain: 30_000 });
    await server.kill();
    const fresh = await ChildUpstream.start(server.port);
    world.defer(() => fresh.kill());
    balancer.addServer({ id: `s${index}`, url: `http://127.0.0.1:${fresh.port}` });
  }
  const before = load.requests;
  await waitFor(() => load.requests > before + enough / 20);
  expect((await load.stop()).failures).toEqual([]);
});
