import { describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { RequestDeduplicator } from '../src/index.js';
import { gate, sparkHost } from './spark-host.js';

/** A leader and two followers of one request; the handler fails as told, once or always. */
async function failing(
  fail: (run: number) => 'throw' | 'status' | 'cut' | 'ok',
  onLeaderError: 'share' | 'promote',
) {
  const dedupe = new RequestDeduplicator({ onLeaderError });
  const { open, opened } = gate();
  let runs = 0;
  let arrived = 0;
  await using host = await sparkHost(dedupe, (app) => {
    app.server.on('request', () => arrived++);
    app.use(async (ctx) => {
      const run = ++runs;
      await opened;
      const way = fail(run);
      if (way === 'throw') throw Object.assign(new Error('boom'), { status: 418, expose: true });
      if (way === 'cut') return void ctx.res.write('part', () => ctx.res.destroy());
      return ctx.status(way === 'status' ? 503 : 200).json({ run });
    });
  });
  const answers = [host.send(), host.send(), host.send()].map((answer) =>
    answer.then(
      ({ status }) => status,
      () => 'cut',
    ),
  );
  await waitFor(() => runs === 1 && arrived === 3);
  open();
  return { statuses: (await Promise.all(answers)).sort(), runs, failures: dedupe.getStats().leaderFailures };
}

describe("onLeaderError: 'share'", () => {
  test('followers of a leader that threw get the same error', async () => {
    expect(await failing(() => 'throw', 'share')).toEqual({
      statuses: [418, 418, 418],
      runs: 1,
      failures: 1,
    });
  });

  test('a failing answer is shared with those who waited', async () => {
    expect(await failing(() => 'status', 'share')).toEqual({
      statuses: [503, 503, 503],
      runs: 1,
      failures: 1,
    });
  });

  test('followers of an answer that was cut off get 502', async () => {
    expect(await failing(() => 'cut', 'share')).toEqual({
      statuses: [502, 502, 'cut'],
      runs: 1,
      failures: 1,
    });
  });
});

describe("onLeaderError: 'promote'", () => {
  test.each(['throw', 'status', 'cut'] as const)(
    'one of the followers runs after a leader that failed: %s',
    async (way) => {
      const { statuses, runs } = await failing((run) => (run === 1 ? way : 'ok'), 'promote');
      expect(statuses.filter((status) => status === 200)).toHaveLength(2);
      expect(runs).toBe(2);
    },
  );

  test('each failure costs one request, none hangs', async () => {
    expect(await failing(() => 'throw', 'promote')).toEqual({
      statuses: [418, 418, 418],
      runs: 3,
      failures: 3,
    });
  });
});

test('a leader whose client leaves keeps running for its followers', async () => {
  const { open, opened } = gate();
  let runs = 0;
  let arrived = 0;
  await using host = await sparkHost(new RequestDeduplicator(), (app) => {
    app.server.on('request', () => arrived++);
    app.post('/', async (ctx) => {
      runs++;
      await opened;
      ctx.json({ run: runs });
    });
  });
  const client = new AbortController();
  const leader = host.send({ signal: client.signal }).catch(() => 'left');
  await waitFor(() => runs === 1);
  const follower = host.send();
  await waitFor(() => arrived === 2);
  client.abort();
  expect(await leader).toBe('left');
  open();
  const { status, body } = await follower;
  expect([status, body.toString()]).toEqual([200, '{"run":1}']);
});

test('a handler that pipes and is cut off by its client counts as failed', async () => {
  const clock = new ManualClock();
  const dedupe = new RequestDeduplicator({ ttl: 600_000, clock });
  let runs = 0;
  await using host = await sparkHost(dedupe, (app) =>
    app.post('/', async (ctx) => {
      if (++runs > 1) return void ctx.json({ run: runs });
      const endless = Readable.from(
        (async function* () {
          for (;;) {
            yield 'x'.repeat(1_000);
            await new Promise(setImmediate);
          }
        })(),
      );
      const { pipeline } = await import('node:stream/promises');
      await pipeline(endless, ctx.res).catch(() => {});
    }),
  );
  const client = new AbortController();
  const first = host.send({ signal: client.signal }).catch(() => 'left');
  await waitFor(() => runs === 1);
  client.abort();
  expect(await first).toBe('left');
  // It may still end what it sends, for a while.
  await waitFor(() => {
    clock.advanceSync(1_000);
    return dedupe.getStats().leaderFailures === 1;
  });
  expect((await host.send()).body.toString()).toBe('{"run":2}');
});

test('a handler that never answers holds nobody once its client has left', async () => {
  const clock = new ManualClock();
  const dedupe = new RequestDeduplicator({ clock });
  let runs = 0;
  let left = 0;
  await using host = await sparkHost(dedupe, (app) =>
    app.post('/', (ctx) => {
      if (++runs > 1) return void ctx.json({ run: runs });
      ctx.res.on('close', () => left++);
      return new Promise<void>(() => {});
    }),
  );
  const client = new AbortController();
  const first = host.send({ signal: client.signal }).catch(() => 'left');
  await waitFor(() => runs === 1);
  client.abort();
  expect(await first).toBe('left');
  await waitFor(() => left === 1);
  expect(dedupe.getStats().inFlight).toBe(1);
  await clock.advance(10_000);
  await waitFor(() => dedupe.getStats().inFlight === 0);
  expect((await host.send()).body.toString()).toBe('{"run":2}');
});

test('a follower whose client leaves is gone at once, and harms nobody', async () => {
  const { open, opened } = gate();
  let runs = 0;
  let arrived = 0;
  await using host = await sparkHost(new RequestDeduplicator(), (app) => {
    app.server.on('request', () => arrived++);
    app.post('/', async (ctx) => {
      runs++;
      await opened;
      ctx.json({});
    });
  });
  const leader = host.send();
  await waitFor(() => runs === 1);
  const client = new AbortController();
  const follower = host.send({ signal: client.signal }).catch(() => 'left');
  await waitFor(() => arrived === 2);
  client.abort();
  expect(await follower).toBe('left');
  open();
  expect((await leader).status).toBe(200);
});

test('a handler that answers twice, and a middleware mounted twice, do no harm', async () => {
  const dedupe = new RequestDeduplicator();
  let runs = 0;
  await using host = await sparkHost(dedupe, (app) => {
    app.use(dedupe.middleware());
    app.post('/', (ctx) => {
      ctx.json({ run: ++runs });
      ctx.json({ run: 'again' });
    });
  });
  expect((await host.send()).body.toString()).toBe('{"run":1}');
  expect((await host.send()).body.toString()).toBe('{"run":1}');
  expect(dedupe.getStats()).toMatchObject({ replayed: 1 });
});
