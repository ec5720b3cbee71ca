import { expect, test } from '@jest/globals';
import { freePort, waitFor } from '@spark-perf/test-services';
import { testWorld } from '../support/world.js';

const world = testWorld();
const broken = () => world.upstream((req) => req.socket.resetAndDestroy());
const sick = () =>
  world.upstream((req, res) => void req.resume().on('end', () => res.writeHead(503).end('mine')));

test('a lost connection costs nothing of the budget, and each server is asked once', async () => {
  const servers = await Promise.all([broken(), broken(), broken()]);
  const { url, balancer } = await world.front(
    servers.map(({ port }) => port),
    { retry: { budget: 0, minPerSecond: 0 }, outlier: false },
  );
  expect((await fetch(url)).status).toBe(502);
  expect(servers.map(({ requests }) => requests)).toEqual([1, 1, 1]);
  expect(balancer.getStats()).toMatchObject({ retries: 2, failed: { broken: 3 } });
});

test('timeouts and statuses are within the budget', async () => {
  const hung = await world.upstream(() => {});
  const good = await world.upstream((_req, res) => res.end('good'));
  const { url, balancer } = await world.front([hung.port, good.port], {
    timeouts: { firstByte: 50 },
    retry: { budget: 0, minPerSecond: 0 },
  });
  expect((await fetch(url)).status).toBe(504);
  expect(balancer.getStats().retries).toBe(0);
});

test('no more than `attempts`', async () => {
  const { url, balancer } = await world.front([await freePort(), await freePort(), await freePort()], {
    retry: { attempts: 2 },
  });
  expect((await fetch(url)).status).toBe(503);
  expect(balancer.getStats()).toMatchObject({ retries: 1, failed: { connect: 2 } });
});

test.each(['POST', 'PATCH'])('%s is not repeated for its status, nor for a timeout', async (method) => {
  const [first, second] = [await sick(), await sick()];
  const { url, balancer } = await world.front([first.port, second.port], { retryOn: [503] });
  const answer = await fetch(url, { method, body: 'x' });
  expect([answer.status, await answer.text()]).toEqual([503, 'mine']);
  expect(balancer.getStats().retries).toBe(0);
});

test.each([500, 501, 429])('%i is relayed whatever `retryOn` says', async (status) => {
  const server = await world.upstream((_req, res) => res.writeHead(status).end('mine'));
  const { url, balancer } = await world.front([server.port, server.port], { retryOn: [502, 503, 504] });
  expect((await fetch(url)).status).toBe(status);
  expect(balancer.getStats().retries).toBe(0);
});

test('a retry goes to a backup when its own tier is used up', async () => {
  const backup = await world.upstream((_req, res) => res.end('backup'));
  const { url } = await world.front([
    { id: 'a', url: `http://127.0.0.1:${await freePort()}` },
    { id: 'b', url: `http://127.0.0.1:${backup.port}`, priority: 1 },
  ]);
  expect(await (await fetch(url)).text()).toBe('backup');
});

test('a client that has left is not retried for', async () => {
  const hung = await world.upstream(() => {});
  const other = await world.upstream((_req, res) => res.end());
  const { url, balancer } = await world.front([hung.port, other.port]);
  const leaving = new AbortController();
  const answer = fetch(url, { signal: leaving.signal });
  await waitFor(() => hung.requests === 1);
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await waitFor(() => balancer.getStats().activeConnections === 0);
  expect([other.requests, balancer.getStats().retries]).toEqual([0, 0]);
});
