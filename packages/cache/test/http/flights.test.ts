import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { HttpHost } from './http-host.js';

let host: HttpHost;
beforeEach(async () => {
  host = await HttpHost.open();
});
afterEach(() => host.close());

test('who asks after an unsafe request does not wait for one who asked before it', async () => {
  let finish!: () => void;
  host.handler = async (ctx) => {
    const body = String(host.calls);
    if (body === '1') await new Promise<void>((resolve) => (finish = resolve));
    ctx.send(body);
  };
  const first = host.get('/');
  await waitFor(() => host.calls === 1);
  const follower = host.get('/');
  await host.call('/', { method: 'DELETE' });
  // The first one still hangs.
  expect(Number((await follower).body)).toBeGreaterThan(1);
  expect(Number((await host.get('/')).body)).toBeGreaterThan(1);
  finish();
  expect((await first).body).toBe('1');
  expect(Number((await host.get('/')).body)).toBeGreaterThan(1);
});

test('what a handler has failed at, the followers try by themselves', async () => {
  let fail!: () => void;
  host.handler = async (ctx) => {
    if (host.calls > 1) return ctx.send('fine');
    await new Promise<void>((resolve) => (fail = resolve));
    throw new Error('broken');
  };
  const first = host.get('/');
  await waitFor(() => host.calls === 1);
  const follower = host.get('/');
  await new Promise((resolve) => setImmediate(resolve));
  fail();
  expect([(await first).status, (await follower).body]).toEqual([500, 'fine']);
});
