import { describe, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import type { TransportFactory, UpstreamHandler, UpstreamRequest } from '../../src/index.js';
import { undiciTransport } from '../../src/index.js';
import { resolveServerOptions } from '../../src/servers/server-options.js';
import { testWorld } from '../support/world.js';

const world = testWorld();

/** A transport that a test plays itself. */
function playedTransport() {
  const asked: { origin: string; request: UpstreamRequest; handler: UpstreamHandler }[] = [];
  let destroyed = 0;
  const transport: TransportFactory = ({ origin }) => ({
    dispatch: (request, handler) => void asked.push({ origin, request, handler }),
    destroy: () => void destroyed++,
  });
  return { asked, transport, destroyed: () => destroyed };
}

test('another transport is told what to send, and tells what came', async () => {
  const { asked, transport, destroyed } = playedTransport();
  const { url, balancer } = await world.front([1], { transport });
  const answer = fetch(`${url}/x?y`, { method: 'PUT', body: 'hi' });
  await waitFor(() => asked.length === 1);
  const { origin, request, handler } = asked[0]!;
  expect(origin).toBe('http://127.0.0.1:1');
  expect(request).toMatchObject({ method: 'PUT', path: '/x?y', upgrade: undefined, expectContinue: false });
  let aborted = 0;
  handler.onConnect({ abort: () => aborted++ });
  handler.onHeaders(201, ['X-A', 'b', 'Content-Length', '5'], () => {}, 'Made');
  expect(handler.onData(Buffer.from('hel'))).toBe(true);
  handler.onData(Buffer.from('lo'));
  handler.onComplete([]);
  // Late words change nothing.
  handler.onError(new Error('late'));
  handler.onComplete([]);
  const got = await answer;
  expect([got.status, got.statusText, got.headers.get('x-a'), await got.text()]).toEqual([
    201,
    'Made',
    'b',
    'hello',
  ]);
  expect([aborted, balancer.getStats().activeConnections]).toEqual([0, 0]);
  await balancer.close();
  expect(destroyed()).toBe(1);
});

describe('time', () => {
  const rig = async (timeouts: object) => {
    const clock = new ManualClock();
    const played = playedTransport();
    const front = await world.front([1, 2], { transport: played.transport, clock, timeouts, outlier: false });
    return { clock, ...played, ...front };
  };

  test('no connection within `connect`: the next server, any method; at last 503', async () => {
    const { clock, asked, url, balancer } = await rig({});
    const answer = fetch(url, { method: 'POST', body: 'x' });
    await waitFor(() => asked.length === 1);
    await clock.advance(4_900);
    expect(asked).toHaveLength(1);
    await clock.advance(700);
    expect(asked).toHaveLength(2);
    await clock.advance(5_600);
    const got = await answer;
    expect([got.status, got.headers.has('retry-after')]).toEqual([503, true]);
    expect(balancer.getStats()).toMatchObject({ failed: { connect: 2 }, activeConnections: 0 });
    // A connection that comes after all is given back.
    expect(() => asked[0]!.handler.onConnect({ abort: () => {} })).toThrow();
  });

  test('`total` is for all attempts, those for a connection included: 504', async () => {
    const { clock, asked, url } = await rig({ total: 7_000 });
    const answer = fetch(url);
    await waitFor(() => asked.length === 1);
    await clock.advance(5_600);
    expect(asked).toHaveLength(2);
    await clock.advance(2_000);
    expect((await answer).status).toBe(504);
  });

  test('`firstByte` begins with the connection, `idle` with the head; each byte begins it anew', async () => {
    const { clock, asked, url, balancer } = await rig({ total: 0 });
    const answer = fetch(url, { method: 'POST' });
    await waitFor(() => asked.length === 1);
    const { handler } = asked[0]!;
    let aborted = 0;
    await clock.advance(4_000);
    handler.onConnect({ abort: () => aborted++ });
    await clock.advance(29_000);
    handler.onHeaders(200, [], () => {}, '');
    for (let i = 0; i < 3; i++) {
      await clock.advance(59_000);
      handler.onData(Buffer.from('x'));
    }
    const got = await answer;
    expect(got.status).toBe(200);
    expect(aborted).toBe(0);
    await clock.advance(61_000);
    await expect(got.text()).rejects.toThrow();
    expect(aborted).toBe(1);
    expect(balancer.getStats()).toMatchObject({ failed: { timeout: 1 }, activeConnections: 0 });
  });

  test('no timer per request', async () => {
    const { clock, asked, url } = await rig({});
    const set = clock.setTimeout.bind(clock);
    let timers = 0;
    clock.setTimeout = (...args) => {
      timers++;
      return set(...args);
    };
    const answers = Array.from({ length: 50 }, () => fetch(url));
    await waitFor(() => asked.length === 50);
    expect(timers).toBeLessThanOrEqual(1);
    for (const { handler } of asked) {
      handler.onConnect({ abort: () => {} });
      handler.onHeaders(204, [], () => {}, '');
      handler.onComplete([]);
    }
    await Promise.all(answers);
    expect(timers).toBeLessThanOrEqual(1);
  });
});

test('what a transport refuses to send says nothing about the server: 400, no retry', async () => {
  const { asked, transport } = playedTransport();
  const { url, balancer } = await world.front([1, 2], { transport });
  const answer = fetch(url);
  await waitFor(() => asked.length === 1);
  asked[0]!.handler.onError(Object.assign(new Error('bad'), { code: 'UND_ERR_INVALID_ARG' }));
  expect((await answer).status).toBe(400);
  expect(balancer.getStats()).toMatchObject({
    retries: 0,
    activeConnections: 0,
    servers: [{ errors: 0 }, {}],
  });
});

test('an upgrade that nobody asked for is a failure, and its connection is ended', async () => {
  const { asked, transport } = playedTransport();
  const { url, balancer } = await world.front([1], { transport });
  const answer = fetch(url, { method: 'POST' });
  await waitFor(() => asked.length === 1);
  asked[0]!.handler.onConnect({ abort: () => {} });
  const socket = new PassThrough();
  asked[0]!.handler.onUpgrade(['Upgrade', 'raw'], socket, Buffer.from('hello'), '');
  expect((await answer).status).toBe(502);
  expect(socket.destroyed).toBe(true);
  expect(balancer.getStats()).toMatchObject({ upgrades: 0, activeConnections: 0, failed: { protocol: 1 } });
});

test('a server that was removed is asked no more', async () => {
  const server = await world.upstream((_req, res) => res.end());
  const { target } = resolveServerOptions({ id: 'a', url: `http://127.0.0.1:${server.port}` });
  const transport = undiciTransport(target, { connectTimeout: 5_000 });
  transport.destroy();
  for (const method of ['GET', 'HEAD']) {
    const error = await new Promise<Error>((resolve) => {
      const request = {
        ...{ method, path: '/', headers: ['Host', 'a'], body: null },
        ...{ upgrade: undefined, expectContinue: false, trailers: undefined },
      };
      transport.dispatch(request, { onError: resolve } as UpstreamHandler);
    });
    expect(error).toMatchObject({ code: 'SPARK_UPSTREAM', failure: 'connect' });
  }
  expect(server.requests).toBe(0);
});
