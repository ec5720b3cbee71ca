import { expect, test } from '@jest/globals';
import type { Middleware } from '@spark-perf/core';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { ResourceManager } from '../../src/index.js';

const never = new Promise<never>(() => {});

function setUp() {
  const clock = new ManualClock();
  const resources = new ResourceManager({ signals: false, exit: false, clock });
  return { clock, resources, health: resources.health() };
}

async function probe(health: Middleware, url: string, method = 'GET') {
  const ctx = fakeContext({ url, method });
  let passed = false;
  await health(ctx, async () => void (passed = true));
  const [head = '', body = ''] = ctx.sent().split('\r\n\r\n');
  return {
    passed,
    status: ctx.res.statusCode,
    head,
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
  };
}

test('live and ready while all is well', async () => {
  const { resources, health } = setUp();
  resources.addReadinessCheck('db', () => true);
  resources.addReadinessCheck('cache', async () => {});
  expect(await probe(health, '/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
  const ready = await probe(health, '/readyz');
  expect(ready).toMatchObject({ status: 200, body: { status: 'ready', checks: { db: true, cache: true } } });
  expect(ready.head).toMatch(/Cache-Control: no-store/);
  expect(await probe(health, '/readyz', 'HEAD')).toMatchObject({ status: 200, body: undefined });
  expect(await probe(health, '/readyz', 'POST')).toMatchObject({ passed: true });
  expect(await probe(health, '/elsewhere')).toMatchObject({ passed: true });
});

test.each([
  ['is false', () => false],
  [
    'throws',
    () => {
      throw new Error('secret');
    },
  ],
  ['rejects', () => Promise.reject(new Error('secret'))],
])('not ready while a check %s; what it said stays inside', async (_, check) => {
  const { resources, health } = setUp();
  const remove = resources.addReadinessCheck('db', check);
  expect(await probe(health, '/readyz')).toMatchObject({
    status: 503,
    body: { status: 'failing', checks: { db: false } },
  });
  expect((await probe(health, '/readyz')).body).not.toMatchObject({ error: expect.anything() });
  expect(await probe(health, '/livez')).toMatchObject({ status: 200 });
  remove();
  expect(await probe(health, '/readyz')).toMatchObject({ status: 200 });
});

test('a check that hangs counts as failed after its timeout, and probes do not pile up on it', async () => {
  const { resources, health, clock } = setUp();
  let calls = 0;
  resources.addReadinessCheck(
    'db',
    () => {
      calls += 1;
      return never;
    },
    { timeout: 300 },
  );
  const probes = Array.from({ length: 50 }, () => probe(health, '/readyz'));
  await clock.advance(299);
  expect(calls).toBe(1);
  await clock.advance(1);
  for (const one of await Promise.all(probes)) expect(one.status).toBe(503);
});

test('during the shutdown: live, not ready, from its first moment to after its end', async () => {
  const { resources, health } = setUp();
  const seen: unknown[] = [];
  const look = async () => {
    const live = await probe(health, '/livez');
    const ready = await probe(health, '/readyz');
    seen.push([resources.phase.name, live.status, ready.status, (ready.body as { status: string }).status]);
  };
  resources.on('shutdown', look);
  resources.onShutdown(look);
  resources.register('it', {}, look);
  await resources.close();
  await look();
  expect(seen.map((one) => (one as unknown[]).slice(1))).toEqual(Array(4).fill([200, 503, 'draining']));
});

test('starting until run(main) resolves', async () => {
  const { resources, health } = setUp();
  let finish = (): void => {};
  const running = resources.run(() => new Promise<void>((resolve) => (finish = resolve)));
  expect(await probe(health, '/readyz')).toMatchObject({ status: 503, body: { status: 'starting' } });
  finish();
  await running;
  expect(await probe(health, '/readyz')).toMatchObject({ status: 200 });
});

test('paths are options; misspelt ones are refused', async () => {
  const { resources } = setUp();
  const health = resources.health({ live: '/alive', ready: '/up' });
  expect(await probe(health, '/alive')).toMatchObject({ status: 200 });
  expect(await probe(health, '/up')).toMatchObject({ status: 200 });
  expect(await probe(health, '/livez')).toMatchObject({ passed: true });
  expect(() => resources.health({ liveness: '/x' } as never)).toThrow(/`liveness` must be left out/);
  resources.addReadinessCheck('db', () => true);
  expect(() => resources.addReadinessCheck('db', () => true)).toThrow(/a name that no other check has/);
  expect(() => resources.addReadinessCheck('x', 5 as never)).toThrow(/`fn` must be a function/);
});

test('whenReady waits for the checks, names what is missing, ends with a signal and with the shutdown', async () => {
  const { resources, clock } = setUp();
  let up = false;
  resources.addReadinessCheck('db', () => up);
  const late = expect(resources.whenReady({ timeout: 100 })).rejects.toMatchObject({
    code: 'SPARK_NOT_READY',
    waitingFor: ['db'],
  });
  await clock.advance(200);
  await late;
  const abort = new AbortController();
  const aborted = expect(resources.whenReady({ signal: abort.signal })).rejects.toThrow('enough');
  await clock.advance(60);
  abort.abort(new Error('enough'));
  await aborted;
  const ready = resources.whenReady();
  await clock.advance(60);
  up = true;
  await clock.advance(60);
  await ready;
  await resources.close();
  await expect(resources.whenReady()).rejects.toMatchObject({ waitingFor: ['shutdown'] });
});
