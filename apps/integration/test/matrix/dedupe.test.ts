import { expect, test } from '@jest/globals';
import { RequestDeduplicator } from '@spark-perf/dedupe';
import { onEveryHost, postJson } from '../on-every-host.js';

onEveryHost((start, name) => {
  test.each([false, true])('identical requests run once; body parsed before: %p', async (parseBody) => {
    await using dedupe = new RequestDeduplicator();
    let ran = 0;
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const work = async (): Promise<object> => {
      ran++;
      await gate;
      return { ran };
    };
    const host = await start([dedupe.middleware()], { work, parseBody });
    const answers = [1, 2, 3].map(() => host.fetch('/work', postJson({ a: 1 })));
    while (ran === 0) await new Promise(setImmediate);
    release();
    for (const answer of await Promise.all(answers)) expect(await answer.json()).toEqual({ ran: 1 });
    expect(await (await host.fetch('/work', postJson({ a: 2 }))).json()).toEqual({ ran: 2 });
    expect(host.handled).toEqual([]);
  });

  test('the handler finds the body that was looked at', async () => {
    await using dedupe = new RequestDeduplicator();
    const host = await start([dedupe.middleware()]);
    const body = { text: 'x'.repeat(100_000) };
    expect(await (await host.fetch('/echo', postJson(body))).json()).toEqual(body);
    const replay = await host.fetch('/echo', postJson(body));
    expect([replay.headers.get('idempotent-replayed'), await replay.json()]).toEqual(['true', body]);
  });

  test('a key is replayed, and refused for another payload', async () => {
    await using dedupe = new RequestDeduplicator();
    let ran = 0;
    const host = await start([dedupe.middleware()], { work: () => ({ ran: ++ran }) });
    const keyed = { 'Idempotency-Key': `"${name}"` };
    const first = await host.fetch('/work', postJson({ a: 1 }, keyed));
    expect(await first.json()).toEqual({ ran: 1 });
    const replay = await host.fetch('/work', postJson({ a: 1 }, keyed));
    expect([replay.headers.get('idempotent-replayed'), await replay.json()]).toEqual(['true', { ran: 1 }]);
    const other = await host.fetch('/work', postJson({ a: 2 }, keyed));
    expect([other.status, other.headers.get('content-type')]).toEqual([422, 'application/problem+json']);
    expect(ran).toBe(1);
  });
});
