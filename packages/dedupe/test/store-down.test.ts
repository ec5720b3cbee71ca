import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import type { RequestDeduplicatorOptions } from '../src/index.js';
import { RequestDeduplicator } from '../src/index.js';
import { RedisDedupeStore } from '../src/redis.js';
import { gate, sparkHost } from './spark-host.js';

let service: RedisService;
let client: Redis;

beforeAll(async () => {
  service = await startRedis();
  client = new Redis(service.port, service.host, { retryStrategy: () => 20 });
  client.on('error', () => {});
});
beforeEach(() => waitFor(() => client.status === 'ready'));
afterAll(async () => {
  client.disconnect();
  await service.stop();
});

let prefixes = 0;
async function fleet(size: number, options: RequestDeduplicatorOptions = {}) {
  const state = { runs: 0, wait: Promise.resolve() as Promise<void> };
  const prefix = `p${prefixes++}:`;
  const engines = Array.from({ length: size }, () => {
    const store = new RedisDedupeStore(client, { prefix, timeout: 1_000 });
    return { store, dedupe: new RequestDeduplicator({ store, storeTimeout: 1_000, ...options }) };
  });
  const hosts = await Promise.all(
    engines.map(({ dedupe }) =>
      sparkHost(dedupe, (app) =>
        app.post('/', async (ctx) => {
          const run = ++state.runs;
          await state.wait;
          ctx.status(201).json({ run });
        }),
      ),
    ),
  );
  const close = async (): Promise<void> => {
    for (const host of hosts) await host[Symbol.asyncDispose]();
    for (const { store } of engines) await store.close();
  };
  return { hosts, state, engines, [Symbol.asyncDispose]: close };
}
const keyed = (key: string): object => ({ headers: { 'Idempotency-Key': key, Authorization: 'Bearer me' } });
const implicit = { headers: { Authorization: 'Bearer me' } };

describe('a fleet on one Redis', () => {
  test('runs once; followers on another instance get the answer when it is there', async () => {
    await using f = await fleet(2);
    const { open, opened } = gate();
    f.state.wait = opened;
    const leader = f.hosts[0]!.send(implicit);
    await waitFor(() => f.state.runs === 1);
    const followers = [f.hosts[1]!.send(implicit), f.hosts[1]!.send(implicit), f.hosts[0]!.send(implicit)];
    open();
    for (const { status, body } of await Promise.all([leader, ...followers])) {
      expect([status, body.toString()]).toEqual([201, '{"run":1}']);
    }
    expect((await f.hosts[1]!.send(implicit)).headers['idempotent-replayed']).toBe('true');
    expect(f.state.runs).toBe(1);
  });

  test('a keyed request elsewhere under way is 409, another payload 422, a retry afterwards a replay', async () => {
    await using f = await fleet(2);
    const { open, opened } = gate();
    f.state.wait = opened;
    const first = f.hosts[0]!.send(keyed('k'));
    await waitFor(() => f.state.runs === 1);
    expect((await f.hosts[1]!.send(keyed('k'))).status).toBe(409);
    expect((await f.hosts[1]!.send({ ...keyed('k'), body: '[1]' })).status).toBe(422);
    open();
    await first;
    await waitFor(async () => (await f.hosts[1]!.send(keyed('k'))).headers['idempotent-replayed'] === 'true');
    expect(f.state.runs).toBe(1);
  });

  test('two client commands for a new request, one for a replay', async () => {
    await using f = await fleet(1);
    await f.hosts[0]!.send(keyed('warm'));
    await client.config('RESETSTAT');
    await f.hosts[0]!.send(keyed('k'));
    await waitFor(async () => /cmdstat_evalsha:calls=2,/.test(await client.info('commandstats')));
    await f.hosts[0]!.send(keyed('k'));
    expect(await client.info('commandstats')).toMatch(/cmdstat_evalsha:calls=3,/);
  });
});

describe('while Redis is gone', () => {
  test('keyed requests are refused with 503 and Retry-After, others fall back to this process', async () => {
    await using f = await fleet(1);
    let recovered = 0;
    f.engines[0]!.dedupe.on('storeRecovered', () => recovered++);
    await service.kill();
    await waitFor(() => client.status !== 'ready');
    const refused = await f.hosts[0]!.send(keyed('k'));
    expect(refused).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(f.state.runs).toBe(0);
    const answers = [await f.hosts[0]!.send(implicit), await f.hosts[0]!.send(implicit)];
    expect(answers.map(({ body }) => body.toString())).toEqual(['{"run":1}', '{"run":1}']);
    const stats = f.engines[0]!.dedupe.getStats();
    expect(stats.storeErrors).toBeGreaterThan(0);

    await service.restart();
    await waitFor(async () => (await f.hosts[0]!.send(keyed('back'))).status === 201);
    expect(recovered).toBe(1);
  });

  test.each([
    ['open', 4],
    ['local', 2],
    ['closed', 0],
  ] as const)('onStoreError decides for both kinds: %s', async (policy, runs) => {
    await using f = await fleet(1, { onStoreError: { keyed: policy, implicit: policy } });
    await service.kill();
    await waitFor(() => client.status !== 'ready');
    await f.hosts[0]!.send(keyed('k'));
    await f.hosts[0]!.send(keyed('k'));
    await f.hosts[0]!.send(implicit);
    await f.hosts[0]!.send(implicit);
    expect(f.state.runs).toBe(runs);
    await service.restart();
  });

  test('killed and restarted between claim and outcome: the answer is given, nothing hangs, nothing is overwritten', async () => {
    await using f = await fleet(1);
    const { open, opened } = gate();
    f.state.wait = opened;
    const first = f.hosts[0]!.send(keyed('k'));
    await waitFor(() => f.state.runs === 1);
    await service.kill();
    await service.restart();
    await waitFor(() => client.status === 'ready');
    open();
    expect((await first).status).toBe(201);
    // The restart forgot the claim: whoever comes now runs.
    f.state.wait = Promise.resolve();
    await waitFor(async () => (await f.hosts[0]!.send(keyed('k'))).status === 201);
    expect(f.engines[0]!.dedupe.getStats().ownershipLost).toBe(1);
  });

  test('a paused Redis costs storeTimeout, then the circuit answers at once', async () => {
    await using f = await fleet(1, { storeTimeout: 60 });
    await f.hosts[0]!.send(keyed('warm'));
    await service.pause();
    try {
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await f.hosts[0]!.send(keyed(`k${i}`))).status);
      expect(statuses).toEqual([503, 503, 503, 503]);
      expect(f.engines[0]!.dedupe.getStats().storeErrors).toBeLessThan(4);
    } finally {
      await service.resume();
    }
  });
});
