import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import type { AlgorithmName, LoadBalancer } from '../../src/index.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const slowStart = { window: 10_000 };

/** How many of `count` picks are server `id`. */
function picks(balancer: LoadBalancer, id: string, count: number): number {
  return Array.from({ length: count }, () => balancer.getServer().id).filter((picked) => picked === id)
    .length;
}

async function joined(algorithm: AlgorithmName) {
  const clock = new ManualClock();
  const server = await world.upstream((_req, res) => res.end());
  const { balancer, url } = await world.front([server.port], { clock, slowStart, algorithm });
  await fetch(url);
  balancer.addServer({ id: 'late', url: `http://127.0.0.1:${server.port}` });
  return { balancer, clock, url, server };
}

test('the picker gives a server that joins a growing share: 0.1 : 1, 0.5 : 1, 1 : 1', async () => {
  const { balancer, clock } = await joined('weighted');
  expect(picks(balancer, 'late', 110)).toBe(10);
  clock.advanceSync(5_000);
  expect(picks(balancer, 'late', 300)).toBe(100);
  clock.advanceSync(5_000);
  expect(picks(balancer, 'late', 100)).toBe(50);
});

test('over real traffic', async () => {
  const { balancer, clock, url } = await joined('weighted');
  const share = async (requests: number): Promise<number> => {
    const before = balancer.getStats().servers[1]!.requests;
    for (let i = 0; i < requests; i++) await fetch(url);
    return balancer.getStats().servers[1]!.requests - before;
  };
  expect(await share(22)).toBe(2);
  clock.advanceSync(10_000);
  expect(await share(20)).toBe(10);
});

test('a server that was there before the first request has its full share at once', async () => {
  const { balancer } = await world.front([1, 2], {
    clock: new ManualClock(),
    slowStart,
    algorithm: 'weighted',
  });
  expect(picks(balancer, 's1', 10)).toBe(5);
});

test('connections grow along with the weight', async () => {
  const clock = new ManualClock();
  const open: (() => void)[] = [];
  const slow = await world.upstream((req, res) => {
    if (req.url === '/wait') open.push(() => res.end());
    else res.end();
  });
  const { balancer, url } = await world.front([slow.port], {
    clock,
    slowStart,
    algorithm: { pick: (servers) => servers.at(-1)! },
  });
  await fetch(url);
  balancer.addServer({ id: 'late', url: `http://127.0.0.1:${slow.port}`, maxConnections: 4 });
  const active = () => balancer.getStats().servers[1]!.activeConnections;
  const answers = [fetch(`${url}/wait`)];
  await waitFor(() => active() === 1);
  answers.push(fetch(`${url}/wait`));
  await waitFor(() => open.length === 2);
  expect(active()).toBe(1);
  clock.advanceSync(5_000);
  answers.push(fetch(`${url}/wait`));
  await waitFor(() => active() === 2);
  await waitFor(() => open.length === 3);
  for (const end of open) end();
  for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
});

test('a server that recovers starts slowly too', async () => {
  const clock = new ManualClock();
  let healthy = false;
  const [a, b] = await Promise.all([
    world.upstream((_req, res) => res.end()),
    world.upstream((_req, res) => res.writeHead(healthy ? 200 : 500).end()),
  ]);
  const { balancer } = await world.front([a!.port, b!.port], {
    slowStart,
    algorithm: 'weighted',
    health: { path: '/', rise: 1 },
    clock,
  });
  await balancer.checkHealth();
  expect(picks(balancer, 's1', 10)).toBe(0);
  healthy = true;
  await balancer.checkHealth();
  expect(picks(balancer, 's1', 110)).toBe(10);
});
