import { expect, test } from '@jest/globals';
import { MultiLevelCache } from '@spark-perf/cache';
import { waitFor } from '@spark-perf/test-services';
import { onEveryHost } from '../on-every-host.js';

const state = async (response: Promise<Response>): Promise<string | null> => {
  await (await response).arrayBuffer();
  return (await response).headers.get('x-cache');
};

onEveryHost((start) => {
  test('answers from the cache what the host has sent, without running the handler', async () => {
    await using cache = new MultiLevelCache();
    let ran = 0;
    const host = await start([cache.middleware({ ttl: 60_000 })], { work: () => ({ ran: ++ran }) });
    const first = await host.fetch('/work?a=1');
    expect([first.headers.get('x-cache'), await first.json()]).toEqual(['MISS', { ran: 1 }]);
    await waitFor(async () => (await state(host.fetch('/work?a=1'))) === 'HIT');
    const hit = await host.fetch('/work?a=1');
    expect([hit.status, await hit.json(), hit.headers.get('content-type')]).toEqual([
      200,
      { ran: 1 },
      first.headers.get('content-type'),
    ]);
    expect(await (await host.fetch('/work?a=2')).json()).toEqual({ ran: 2 });
    expect(host.handled).toEqual([]);
  });

  test('streams are kept too, and revalidated by their entity tag', async () => {
    await using cache = new MultiLevelCache();
    const host = await start([cache.middleware({ ttl: 60_000 })]);
    expect(await (await host.fetch('/stream')).text()).toBe('abc');
    await waitFor(async () => (await state(host.fetch('/stream'))) === 'HIT');
    const hit = await host.fetch('/stream');
    expect(await hit.text()).toBe('abc');
    const again = await host.fetch('/stream', {
      headers: { 'If-None-Match': hit.headers.get('etag') ?? '' },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('failures, and what was posted, are not', async () => {
    await using cache = new MultiLevelCache();
    let ran = 0;
    const host = await start([cache.middleware({ ttl: 60_000 })], { work: () => ({ ran: ++ran }) });
    for (let i = 0; i < 2; i++) expect(await state(host.fetch('/fail'))).not.toBe('HIT');
    expect(host.handled).toHaveLength(2);
    for (let i = 1; i < 3; i++) {
      expect(await (await host.fetch('/work', { method: 'POST' })).json()).toEqual({ ran: i });
    }
  });
});
