import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { InvalidOptionError } from '@spark-perf/core';
import { testWorld } from '../support/world.js';

const world = testWorld();

test('close cuts those too that were to leave more slowly', async () => {
  const hung = await world.upstream(() => {});
  const { url, balancer } = await world.front([hung.port]);
  const answer = fetch(url, { method: 'POST' });
  await waitFor(() => hung.requests === 1);
  const left = balancer.removeServer('s0', { drain: 3_600_000 });
  await balancer.close({ drain: 20 });
  await left;
  expect((await answer).status).toBe(502);
  expect(balancer.getStats()).toMatchObject({ activeConnections: 0, servers: [] });
});

test('close refuses those that wait in the queue', async () => {
  const hung = await world.upstream(() => {});
  const { url, balancer } = await world.front([
    { id: 'a', url: `http://127.0.0.1:${hung.port}`, maxConnections: 1 },
  ]);
  const first = fetch(url, { method: 'POST' });
  await waitFor(() => hung.requests === 1);
  const second = fetch(url);
  await waitFor(() => balancer.getStats().queued === 1);
  await balancer.close({ drain: 20 });
  expect([(await first).status, (await second).status]).toEqual([502, 503]);
});

test('a place in the queue is lost in time: 503 with Retry-After', async () => {
  const clock = new ManualClock();
  const hung = await world.upstream(() => {});
  const { url, balancer } = await world.front(
    [{ id: 'a', url: `http://127.0.0.1:${hung.port}`, maxConnections: 1 }],
    { clock, timeouts: { firstByte: 0 } },
  );
  const first = fetch(url, { method: 'POST' });
  await waitFor(() => hung.requests === 1);
  const second = fetch(url);
  await waitFor(() => balancer.getStats().queued === 1);
  await clock.advance(9_000);
  expect(balancer.getStats().queued).toBe(1);
  await clock.advance(2_000);
  const refused = await second;
  expect([refused.status, refused.headers.has('retry-after')]).toEqual([503, true]);
  await balancer.close({ drain: 0 });
  await first;
});

test('setServers: a leaver finishes what it has; a changed address is another server; a bad list changes nothing', async () => {
  let finish = () => {};
  const old = await world.upstream((_req, res) => (finish = () => res.end('old')));
  const fresh = await world.upstream((_req, res) => res.end('fresh'));
  const at = (id: string, port: number) => ({ id, url: `http://127.0.0.1:${port}` });
  const { url, balancer } = await world.front([at('a', old.port)]);
  const answer = fetch(url);
  await waitFor(() => old.requests === 1);
  await expect(balancer.setServers([at('b', 1), at('b', 2)])).rejects.toThrow(InvalidOptionError);
  await expect(balancer.setServers([{ id: 'b', url: 'nonsense' }])).rejects.toThrow(InvalidOptionError);
  expect(balancer.getStats().servers.map(({ id }) => id)).toEqual(['a']);
  const set = balancer.setServers([at('a', fresh.port)], { drain: 20_000 });
  expect(await (await fetch(url)).text()).toBe('fresh');
  finish();
  expect(await (await answer).text()).toBe('old');
  await set;
  expect(balancer.getStats().servers).toMatchObject([{ id: 'a', url: `http://127.0.0.1:${fresh.port}` }]);
});

test('room that a change of limit makes is used by those who wait', async () => {
  const open: (() => void)[] = [];
  const slow = await world.upstream((_req, res) => void open.push(() => res.end()));
  const at = (maxConnections: number) => [{ id: 'a', url: `http://127.0.0.1:${slow.port}`, maxConnections }];
  const { url, balancer } = await world.front(at(1));
  const answers = [fetch(url), fetch(url)];
  await waitFor(() => balancer.getStats().queued === 1);
  await balancer.setServers(at(2));
  await waitFor(() => open.length === 2);
  for (const end of open) end();
  for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
});
