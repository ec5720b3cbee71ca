import { expect, test } from '@jest/globals';
import { InvalidOptionError } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import type { DiscoverOptions } from '../../src/index.js';
import { LoadBalancer } from '../../src/index.js';
import { testWorld } from '../support/world.js';

const world = testWorld();

function rig(health: false | object = false) {
  const clock = new ManualClock();
  const balancer = new LoadBalancer({ health, clock });
  world.defer(() => balancer.close({ drain: 0 }));
  const failed: string[] = [];
  balancer.on('discoveryFailed', ({ error }) => failed.push(error.message));
  const discover = (options: Partial<DiscoverOptions>) =>
    balancer.discover({ id: 'api', url: 'http://api.internal:81/base', ...options });
  const servers = () => balancer.getStats().servers.map(({ id, url }) => `${id} ${url}`);
  return { clock, balancer, failed, discover, servers };
}

test('A and AAAA records are servers, which keep path and port', async () => {
  const { discover, servers } = rig();
  await discover({ resolve: () => Promise.resolve(['192.0.2.2', '2001:db8::1', '192.0.2.2']) });
  expect(servers()).toEqual([
    'api@192.0.2.2 http://192.0.2.2:81/base',
    'api@2001:db8::1 http://[2001:db8::1]:81/base',
  ]);
});

test.each([
  [4, ['api@192.0.2.2']],
  [6, ['api@::1']],
] as const)('family %i alone', async (family, expected) => {
  const { discover, balancer } = rig();
  await discover({ family, resolve: () => Promise.resolve(['192.0.2.2', '::1']) });
  expect(balancer.getStats().servers.map(({ id }) => id)).toEqual(expected);
});

test('the name stays in `Host`', async () => {
  const server = await world.upstream((req, res) => res.end(req.headers.host));
  const { url, balancer } = await world.front([]);
  await balancer.discover({
    id: 'api',
    url: `http://api.internal:${server.port}`,
    resolve: () => Promise.resolve(['127.0.0.1']),
  });
  expect(await (await fetch(url)).text()).toBe(`api.internal:${server.port}`);
});

test('the system’s resolver is asked where none is given', async () => {
  const { discover, servers, failed } = rig();
  await discover({ url: 'http://localhost:81', family: 4 });
  expect([servers(), failed]).toEqual([['api@127.0.0.1 http://127.0.0.1:81'], []]);
});

test('an empty answer changes nothing; one that does not come is given up after 5 s; then it goes on', async () => {
  const { clock, discover, servers, failed } = rig();
  let answer: () => Promise<string[]> = () => Promise.resolve(['192.0.2.1']);
  await discover({ interval: 1_000, resolve: () => answer() });
  answer = () => Promise.resolve([]);
  await clock.advance(1_000);
  expect(failed).toEqual(['api.internal has no addresses']);
  answer = () => new Promise(() => {});
  await clock.advance(1_000);
  await clock.advance(5_000);
  expect(failed[1]).toMatch(/not resolved within 5000 ms/);
  expect(servers()).toEqual(['api@192.0.2.1 http://192.0.2.1:81/base']);
  answer = () => Promise.resolve(['192.0.2.9']);
  await clock.advance(1_000);
  expect(servers()).toEqual(['api@192.0.2.9 http://192.0.2.9:81/base']);
});

test('others’ servers are left alone, and so are its own when it ends', async () => {
  const { clock, balancer, discover, servers } = rig();
  balancer.addServer({ id: 'other', url: 'http://other' });
  let asked = 0;
  const stop = await discover({
    interval: 1_000,
    resolve: () => Promise.resolve([`192.0.2.${++asked}`]),
  });
  await clock.advance(1_000);
  stop();
  await clock.advance(10_000);
  expect(asked).toBe(2);
  expect(servers()).toEqual(['other http://other', 'api@192.0.2.2 http://192.0.2.2:81/base']);
});

test.each([{ url: 'unix:/s' }, { url: 'api' }, { interval: 0 }, { unknown: 1 }])(
  '%j is refused',
  async (options) => {
    const { discover } = rig();
    await expect(discover(options as never)).rejects.toThrow(InvalidOptionError);
  },
);
