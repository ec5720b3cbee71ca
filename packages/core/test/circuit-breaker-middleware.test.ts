import { expect, test } from '@jest/globals';
import net from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import type { Context } from '../src/index.js';
import { CircuitBreaker } from '../src/index.js';
import { ManualClock } from '../src/testing/index.js';
import { httpHost } from './http-host.js';

function hosted(handler: (ctx: Context) => unknown, options?: Parameters<CircuitBreaker['middleware']>[0]) {
  const clock = new ManualClock();
  const breaker = new CircuitBreaker({ failureThreshold: 2, openDuration: 1_500, jitter: 0, clock });
  const middleware = breaker.middleware(options);
  const host = httpHost((ctx) => middleware(ctx, async () => void (await handler(ctx))));
  return { clock, breaker, host };
}

test('judges by the final status: 5xx answers open it without a rejection', async () => {
  let status = 500;
  const { clock, breaker, host } = hosted((ctx) => ctx.status(status).json({}));
  await using server = await host;
  await server.get('/');
  await server.get('/');
  await waitFor(() => breaker.state === 'open');
  const refused = await server.get('/');
  expect(refused).toMatchObject({
    status: 503,
    headers: { 'retry-after': '2', 'cache-control': 'no-store' },
  });
  expect(JSON.parse(refused.body.toString())).toEqual({ error: 'Service unavailable' });
  status = 404; // an answer about the client, not a failure
  clock.advanceSync(1_500);
  expect((await server.get('/')).status).toBe(404);
  await waitFor(() => breaker.state === 'closed');
});

test('a response that is cut off is a failure, unless told otherwise', async () => {
  for (const countAborts of [true, false]) {
    let waiting = 0;
    const { breaker, host } = hosted(() => void waiting++, { countAborts });
    await using server = await host;
    for (let i = 1; i <= 2; i++) {
      const socket = net.connect(server.port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await waitFor(() => waiting === i);
      socket.destroy();
      if (countAborts) await waitFor(() => breaker.getStats().failures === i);
    }
    await waitFor(async () => (await connections(server.server)) === 0);
    expect(breaker.state).toBe(countAborts ? 'open' : 'closed');
  }
});

test('the fallback answers while it is open', async () => {
  const { breaker, host } = hosted((ctx) => ctx.status(500).json({}), {
    fallback: (ctx) => ctx.status(200).json({ from: 'fallback' }),
  });
  await using server = await host;
  await server.get('/');
  await server.get('/');
  await waitFor(() => breaker.state === 'open');
  expect((await server.get('/')).body.toString()).toBe('{"from":"fallback"}');
});

function connections(server: net.Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}
