import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import type { RequestDeduplicatorOptions } from '../src/index.js';
import { MemoryDedupeStore, RequestDeduplicator } from '../src/index.js';
import { gate, sparkHost } from './spark-host.js';

const keyed = (key: string, over: object = {}): object => ({ headers: { 'Idempotency-Key': key }, ...over });
const json = (answer: { body: Buffer }): unknown => JSON.parse(answer.body.toString());

async function counting(options: RequestDeduplicatorOptions = {}) {
  const dedupe = new RequestDeduplicator(options);
  const state = { runs: 0, status: 201, wait: Promise.resolve() as Promise<void> };
  const host = await sparkHost(dedupe, (app) =>
    app.all('/*', async (ctx) => {
      const run = ++state.runs;
      await state.wait;
      ctx.status(state.status).json({ run });
    }),
  );
  return { dedupe, host, state };
}

describe('draft-ietf-httpapi-idempotency-key-header-07', () => {
  test('section 2.6: the first request runs, a retry gets its result', async () => {
    const { host, state } = await counting();
    await using _ = host;
    const first = await host.send(keyed('"k1"'));
    const again = await host.send(keyed('"k1"'));
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect([first.headers['idempotent-replayed'], again.headers['idempotent-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(state.runs).toBe(1);
  });

  test.each([201, 500])(
    'asking again while the store is still told of the %i is no conflict',
    async (status) => {
      const { open, opened } = gate();
      class SlowToSettle extends MemoryDedupeStore {
        override async settle(...args: Parameters<MemoryDedupeStore['settle']>): Promise<boolean> {
          await opened;
          return super.settle(...args);
        }
      }
      let asked = 0;
      const { host, state } = await counting({
        store: new SlowToSettle(),
        storeTimeout: 30_000,
        fingerprint: () => {
          // Settles once the second request has been looked at.
          if (++asked === 2) setImmediate(open);
          return 'the same';
        },
      });
      await using _ = host;
      state.status = status;
      const first = await host.send(keyed('"k1"'));
      const again = await host.send(keyed('"k1"'));
      expect(again.status).toBe(first.status);
      expect(again.headers['idempotent-replayed']).toBe(status === 201 ? 'true' : undefined);
      expect(state.runs).toBe(status === 201 ? 1 : 2);
    },
  );

  test('a bare token is the same key as its quoted form', async () => {
    const { host, state } = await counting();
    await using _ = host;
    await host.send(keyed('"k1"'));
    await host.send(keyed('k1'));
    expect(state.runs).toBe(1);
  });

  test('section 2.7: missing where it is required is 400, a problem that links to its description', async () => {
    const { host, state } = await counting({
      idempotency: 'required',
      describedBy: 'https://example.com/keys',
    });
    await using _ = host;
    const answer = await host.send();
    expect(answer).toMatchObject({
      status: 400,
      headers: {
        'content-type': 'application/problem+json',
        link: '<https://example.com/keys>; rel="describedby"; type="text/html"',
        'cache-control': 'no-store',
      },
    });
    expect(json(answer)).toMatchObject({ status: 400, title: 'Idempotency-Key is missing' });
    expect(state.runs).toBe(0);
  });

  test.each(['""', '"a", "b"', ':YQ==:', '?1', 'x'.repeat(256), '"open'])(
    'malformed is 400: %s',
    async (key) => {
      const { host, state } = await counting();
      await using _ = host;
      expect(await host.send(keyed(key))).toMatchObject({
        status: 400,
        headers: { 'content-type': 'application/problem+json' },
      });
      expect(state.runs).toBe(0);
    },
  );

  test('the same key with another payload is 422, afterwards and while the first is under way', async () => {
    const { host, state, dedupe } = await counting();
    await using _ = host;
    const { open, opened } = gate();
    state.wait = opened;
    const first = host.send(keyed('k', { body: '{"a":1}' }));
    await waitFor(() => state.runs === 1);
    expect(await host.send(keyed('k', { body: '{"a":2}' }))).toMatchObject({ status: 422 });
    open();
    await first;
    expect(await host.send(keyed('k', { body: '{"a":2}' }))).toMatchObject({ status: 422 });
    expect(await host.send(keyed('k', { path: '/?other=1', body: '{"a":1}' }))).toMatchObject({
      status: 422,
    });
    expect(await host.send(keyed('k', { body: ' {"a" : 1}' }))).toMatchObject({ status: 201 });
    expect(dedupe.getStats()).toMatchObject({ mismatched: 3, replayed: 1 });
  });

  test('still under way is 409 with Retry-After', async () => {
    const { host, state } = await counting();
    await using _ = host;
    const { open, opened } = gate();
    state.wait = opened;
    const first = host.send(keyed('k'));
    await waitFor(() => state.runs === 1);
    expect(await host.send(keyed('k'))).toMatchObject({ status: 409, headers: { 'retry-after': '1' } });
    open();
    expect((await first).status).toBe(201);
  });

  test("inFlight: 'wait' gives the result instead, or 409 when patience ends", async () => {
    for (const waitTimeout of [10_000, 30]) {
      const { host, state } = await counting({ inFlight: 'wait', waitTimeout });
      await using _ = host;
      const { open, opened } = gate();
      state.wait = opened;
      const first = host.send(keyed('k'));
      await waitFor(() => state.runs === 1);
      const second = host.send(keyed('k'));
      if (waitTimeout === 30) expect((await second).status).toBe(409);
      open();
      expect((await first).status).toBe(201);
      if (waitTimeout !== 30) expect(json(await second)).toEqual({ run: 1 });
    }
  });

  test.each([
    ['validation', 422, 1],
    ['validation', 500, 2],
    ['validation', 404, 2],
    ['all', 500, 1],
    ['all', 404, 1],
    ['all', 429, 2],
  ] as const)('replayErrors: %s, a %d, runs %d times', async (replayErrors, status, runs) => {
    const { host, state } = await counting({ replayErrors });
    await using _ = host;
    state.status = status;
    await host.send(keyed('k'));
    await host.send(keyed('k'));
    expect(state.runs).toBe(runs);
  });

  test('a result is replayed for retention, not for ttl', async () => {
    const clock = new ManualClock();
    const { host, state } = await counting({ clock, ttl: 10, retention: 1_000 });
    await using _ = host;
    await host.send(keyed('k'));
    clock.advanceSync(999);
    await host.send(keyed('k'));
    expect(state.runs).toBe(1);
    clock.advanceSync(1);
    await host.send(keyed('k'));
    expect(state.runs).toBe(2);
  });

  test('one key on two resources is two requests', async () => {
    const { host, state } = await counting();
    await using _ = host;
    await host.send(keyed('k', { path: '/a' }));
    await host.send(keyed('k', { path: '/b' }));
    expect(state.runs).toBe(2);
  });

  test('idempotency: false ignores the field', async () => {
    const { host, state } = await counting({ idempotency: false, ttl: 0 });
    await using _ = host;
    await host.send(keyed('""'));
    await host.send(keyed('""'));
    expect(state.runs).toBe(2);
  });
});

test('a claim is renewed while its handler works, however long that takes', async () => {
  const clock = new ManualClock();
  const { host, state, dedupe } = await counting({ clock, lease: 300 });
  await using _ = host;
  const { open, opened } = gate();
  state.wait = opened;
  const first = host.send(keyed('k'));
  await waitFor(() => state.runs === 1);
  await clock.advance(10_000);
  expect((await host.send(keyed('k'))).status).toBe(409);
  open();
  expect((await first).status).toBe(201);
  expect(dedupe.getStats()).toMatchObject({ orphaned: 0, ownershipLost: 0 });
});
