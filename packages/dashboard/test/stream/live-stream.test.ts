import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { FakeSystem } from '../support/fake-system.js';
import { FakeSource } from '../support/fake-source.js';
import { pageServer } from '../support/page-server.js';

interface Viewer {
  readonly response: IncomingMessage;
  readonly text: () => string;
  readonly leave: () => void;
  readonly ended: () => boolean;
}

let closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function setUp(options: object = {}) {
  const clock = new ManualClock();
  const system = new FakeSystem();
  const server = await pageServer({ ...system.sources, clock, ...options });
  closing.push(server.close);
  const watch = async (cookie = ''): Promise<Viewer> => {
    let text = '';
    let ended = false;
    const request = get(`${server.url}api/stream`, { headers: { cookie } });
    request.on('error', () => {});
    closing.push(() => request.destroy());
    const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => (ended = true));
    response.on('error', () => {});
    return { response, text: () => text, leave: () => request.destroy(), ended: () => ended };
  };
  return { clock, system, server, watch };
}

const snapshots = (viewer: Viewer): number => viewer.text().split('event: snapshot').length - 1;

describe('the stream', () => {
  test('works out nothing and has no timer while nobody watches', async () => {
    const { clock, system, server, watch } = await setUp();
    const asked = jest.spyOn(system.profiler, 'serialize');
    await clock.advance(60_000);
    expect([asked.mock.calls.length, clock.timers]).toEqual([0, 0]);
    const viewer = await watch();
    await waitFor(() => snapshots(viewer) === 1);
    expect(clock.timers).toBeGreaterThan(0);
    viewer.leave();
    await waitFor(() => server.dashboard.getStats().viewers === 0);
    const count = asked.mock.calls.length;
    await clock.advance(60_000);
    expect([asked.mock.calls.length, clock.timers]).toEqual([count, 0]);
  });

  test('sends history first, then one snapshot a second that all viewers share', async () => {
    const { clock, system, watch } = await setUp();
    const first = await watch();
    await waitFor(() => snapshots(first) === 1);
    const second = await watch();
    await waitFor(() => snapshots(second) === 1);
    expect(second.text()).toMatch(/^retry: 2000\n\nevent: history\ndata: \{/);
    expect(first.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    expect(first.response.headers['transfer-encoding']).toBeUndefined();
    const asked = jest.spyOn(system.profiler, 'serialize');
    for (let i = 2; i < 5; i++) {
      system.step();
      await clock.advance(1_000);
      await waitFor(() => snapshots(first) === i && snapshots(second) === i);
    }
    expect(asked).toHaveBeenCalledTimes(3);
    expect(first.text().slice(-500)).toBe(second.text().slice(-500));
    const ids = [...first.text().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  test('has room for so many viewers and no more', async () => {
    const { server, watch } = await setUp({ maxViewers: 2 });
    await watch();
    const second = await watch();
    await waitFor(() => server.dashboard.getStats().viewers === 2);
    const third = await fetch(`${server.url}api/stream`);
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await third.json()).toMatchObject({ code: 'SPARK_DASHBOARD_VIEWERS' });
    second.leave();
    await waitFor(() => server.dashboard.getStats().viewers === 1);
    expect((await watch()).response.statusCode).toBe(200);
  });

  test('beats where snapshots are rare', async () => {
    const { clock, watch } = await setUp({ interval: 60_000 });
    const viewer = await watch();
    await waitFor(() => snapshots(viewer) === 1);
    await clock.advance(15_000);
    await waitFor(() => viewer.text().endsWith(': heartbeat\n\n'));
  });

  test('a source that fails costs its own panel, and is told once', async () => {
    const broken = new FakeSource(() => {
      throw new Error('hunter2');
    });
    const { clock, server, watch } = await setUp({ pool: broken });
    const viewer = await watch();
    await waitFor(() => snapshots(viewer) === 1);
    await clock.advance(1_000);
    await waitFor(() => snapshots(viewer) === 2);
    const { cards, events } = await server.dashboard.snapshot();
    expect(cards.some(({ kind }) => kind === 'pool')).toBe(false);
    expect(events.filter(({ source }) => source === 'pool')).toEqual([
      expect.objectContaining({ times: 1, level: 'warn' }),
    ]);
    expect(viewer.text()).not.toContain('hunter2');
  });

  test('ends when the page is closed, and does not begin again', async () => {
    const { server, watch } = await setUp();
    const viewer = await watch();
    await waitFor(() => snapshots(viewer) === 1);
    await server.dashboard.close();
    await server.dashboard.close();
    await waitFor(() => viewer.ended());
    expect((await fetch(`${server.url}api/stream`)).status).toBe(503);
  });

  test('ends when the lifecycle drains, so that it does not hold the server up', async () => {
    const { system, watch } = await setUp();
    const viewer = await watch();
    await waitFor(() => snapshots(viewer) === 1);
    system.lifecycle.emit('phase', { phase: 'running', previous: 'starting' });
    expect(viewer.ended()).toBe(false);
    system.lifecycle.emit('phase', { phase: 'draining', previous: 'unready' });
    await waitFor(() => viewer.ended());
  });
});

test('HEAD tells whether there would be a stream, and opens none', async () => {
  const { clock, server } = await setUp();
  const head = (): Promise<Response> => fetch(`${server.url}api/stream`, { method: 'HEAD' });
  expect((await head()).status).toBe(200);
  expect([server.dashboard.getStats().viewers, clock.timers]).toEqual([0, 0]);
  await server.dashboard.close();
  expect((await head()).status).toBe(503);
});

describe('a stream ends with what let it in', () => {
  const authorize = 'correct horse';

  /** Two people who have logged in, and watch. */
  async function twoSessions() {
    const parts = await setUp({ authorize, sessionTTL: 60_000 });
    const { server, watch } = parts;
    const logIn = async (): Promise<{ cookie: string; viewer: Viewer }> => {
      const body = new URLSearchParams({ password: authorize });
      const reply = await fetch(`${server.url}login`, { method: 'POST', body, redirect: 'manual' });
      const cookie = reply.headers.get('set-cookie')!.split(';')[0]!;
      const viewer = await watch(cookie);
      await waitFor(() => snapshots(viewer) === 1);
      return { cookie, viewer };
    };
    return { ...parts, logIn };
  }

  test('with a logout, and at once; the streams of others stay', async () => {
    const { server, watch, logIn } = await twoSessions();
    const [mine, other] = [await logIn(), await logIn()];
    const secondTab = await watch(mine.cookie);
    const page = await (await fetch(server.url, { headers: { cookie: mine.cookie } })).text();
    const token = /name="token"\s+content="([^"]+)"/.exec(page)![1]!;
    await fetch(`${server.url}logout`, {
      method: 'POST',
      headers: { cookie: mine.cookie },
      body: new URLSearchParams({ token }),
      redirect: 'manual',
    });
    await waitFor(() => mine.viewer.ended() && secondTab.ended());
    await waitFor(() => server.dashboard.getStats().viewers === 1);
    expect(other.viewer.ended()).toBe(false);
    expect((await watch(mine.cookie)).response.statusCode).toBe(401);
  });

  test('with its time, at the next heartbeat', async () => {
    const { clock, logIn } = await twoSessions();
    const { viewer } = await logIn();
    await clock.advance(45_000);
    await waitFor(() => snapshots(viewer) > 1);
    expect(viewer.ended()).toBe(false);
    await clock.advance(30_000);
    await waitFor(() => viewer.ended());
  });

  test('with an authorize that says no, at the next heartbeat', async () => {
    const allowed = new Set(['a=1', 'b=1']);
    const { clock, server, watch } = await setUp({
      authorize: (ctx: Context) => allowed.has(ctx.headers.cookie ?? ''),
    });
    const [a, b] = [await watch('a=1'), await watch('b=1')];
    await waitFor(() => snapshots(a) > 0 && snapshots(b) > 0);
    allowed.delete('a=1');
    await clock.advance(15_000);
    await waitFor(() => a.ended());
    await waitFor(() => server.dashboard.getStats().viewers === 1);
    expect(b.ended()).toBe(false);
  });
});

test('api/snapshot is the same as JSON', async () => {
  const { system, server } = await setUp();
  system.step(1_000);
  const one = (await (await fetch(`${server.url}api/snapshot`)).json()) as { traffic: { requests: number } };
  expect(one.traffic.requests).toBe(system.profiler.requests);
  system.step(1_000);
  const two = (await (await fetch(`${server.url}api/snapshot`)).json()) as { traffic: { requests: number } };
  expect(two.traffic.requests).toBe(system.profiler.requests);
});
