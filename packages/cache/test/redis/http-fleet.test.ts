import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import type { HttpCacheOptions } from '../../src/index.js';
import { HttpHost, sends } from '../http/http-host.js';

let redis: RedisService;
let clients: Redis[];
let hosts: HttpHost[];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await redis.command('FLUSHALL');
  [clients, hosts] = [[], []];
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.close()));
  for (const client of clients) client.disconnect();
});

/** Two servers of a fleet behind one name. */
async function open(options: HttpCacheOptions = {}): Promise<[HttpHost, HttpHost]> {
  for (let i = 0; i < 2; i++) {
    const redisClient = new Redis(redis.url);
    clients.push(redisClient);
    await waitFor(() => redisClient.status === 'ready');
    const host = await HttpHost.open({ host: 'ignore', ...options }, { redisClient });
    host.handler = (ctx) => ctx.send(`${i} ${host.calls}`);
    hosts.push(host);
  }
  await waitFor(() => hosts.every(({ cache }) => cache.getStats().busUp));
  return hosts as [HttpHost, HttpHost];
}

/** The body that a server gives once it has heard what it was told. */
const eventually = (host: HttpHost, body: string, headers: Record<string, string> = {}) =>
  waitFor(async () => (await host.get('/', headers)).body === body);

/** Asks, and waits until the answer is kept: that is so a moment after the client has it. */
async function kept(host: HttpHost, body: string, headers: Record<string, string> = {}): Promise<void> {
  expect((await host.get('/', headers)).body).toBe(body);
  await waitFor(async () => {
    const again = await host.get('/', { ...headers, 'cache-control': 'only-if-cached' });
    return again.headers['x-cache'] === 'HIT' && again.body === body;
  });
}

test('what one has kept the other one gives, until an unsafe request has changed it anywhere', async () => {
  const [a, b] = await open();
  await kept(a, '0 1');
  const hit = await b.get('/');
  expect([hit.body, hit.headers['x-cache'], b.calls]).toEqual(['0 1', 'HIT', 0]);
  await b.call('/', { method: 'DELETE' });
  await eventually(a, '0 2');
  await eventually(b, '0 2');
});

test('with varyBy too, whoever has sent it', async () => {
  const [a, b] = await open({ varyBy: ({ headers }) => headers.authorization });
  const [ann, bob] = [{ authorization: 'ann' }, { authorization: 'bob' }];
  await kept(a, '0 1', ann);
  await kept(a, '0 2', bob);
  expect([(await b.get('/', ann)).body, (await b.get('/', bob)).body, b.calls]).toEqual(['0 1', '0 2', 0]);
  await b.call('/', { method: 'PUT', headers: ann });
  await eventually(a, '0 3', ann);
  await eventually(b, '0 3', ann);
  expect((await b.get('/', bob)).body).not.toBe('0 2');
});

test('variants are shared, and gone with their resource', async () => {
  const [a, b] = await open();
  for (const host of [a, b])
    host.handler = (ctx) => {
      ctx.res.setHeader('Vary', 'X-V');
      ctx.res.end(`${ctx.headers['x-v'] ?? ''} ${a.calls + b.calls}`);
    };
  const variant = (v: string) => ({ 'x-v': v });
  await kept(a, 'x 1', variant('x'));
  await kept(b, 'y 2', variant('y'));
  expect((await a.get('/', variant('y'))).body).toBe('y 2');
  expect((await b.get('/', variant('x'))).body).toBe('x 1');
  expect(a.calls + b.calls).toBe(2);
  await a.call('/', { method: 'POST' });
  await eventually(b, 'x 4', variant('x'));
});

test('one confirms what the other one has kept', async () => {
  const [a, b] = await open();
  const fields = { 'Cache-Control': 'max-age=10', ETag: '"v"' };
  a.handler = sends(fields, 'kept');
  await kept(a, 'kept');
  for (const { clock } of [a, b]) clock.stepWall(20_000);
  b.handler = (ctx) => {
    expect(ctx.headers['if-none-match']).toBe('"v"');
    sends(fields, '', 304)(ctx);
  };
  expect(await b.get('/')).toMatchObject({ status: 200, body: 'kept', headers: { age: '0' } });
  await waitFor(async () => (await b.get('/', { 'cache-control': 'only-if-cached' })).body === 'kept');
  // The other one's own copy is stale still: it is confirmed once more, and does not take the place of anything.
  a.handler = b.handler;
  expect((await a.get('/')).body).toBe('kept');
  expect([a.calls, b.calls]).toEqual([2, 1]);
});

test('an answer that is overtaken by a change elsewhere is not kept', async () => {
  const [a, b] = await open();
  let finish!: () => void;
  a.handler = async (ctx) => {
    const body = `old ${a.calls}`;
    if (a.calls === 1) await new Promise<void>((resolve) => (finish = resolve));
    ctx.send(body);
  };
  const first = a.get('/');
  await waitFor(() => a.calls === 1);
  await b.call('/', { method: 'PATCH' });
  // The request is over before its resource is forgotten everywhere.
  await waitFor(async () => String(await redis.command('KEYS', '*')).includes('~4:http/'));
  finish();
  expect((await first).body).toBe('old 1');
  expect((await b.get('/')).body).not.toBe('old 1');
  expect((await a.get('/')).body).not.toBe('old 1');
});
