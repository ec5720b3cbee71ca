import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MultiLevelCache } from '@spark-perf/cache';
import type { Context } from '@spark-perf/core';
import { RequestDeduplicator } from '@spark-perf/dedupe';
import { addResource, ResourceManager } from '@spark-perf/lifecycle';
import { ConnectionPool, db } from '@spark-perf/pool';
import { RequestProfiler } from '@spark-perf/profiler';
import { SlidingWindowRateLimiter } from '@spark-perf/ratelimit';
import { waitFor } from '@spark-perf/test-services';
import type { Start } from './on-every-host.js';
import { onEveryHost, postJson } from './on-every-host.js';

interface Connection {
  query(sql: string): Promise<string>;
}

/** One of each, in the recommended order: profiler, lifecycle, rate limit, dedupe, cache, pool, routes. */
class Everything {
  readonly profiler = new RequestProfiler();
  readonly resources = new ResourceManager({ signals: false, exit: false });
  readonly limiter: SlidingWindowRateLimiter;
  readonly dedupe = new RequestDeduplicator();
  readonly cache = new MultiLevelCache();
  readonly pool = new ConnectionPool<Connection>(
    { create: async () => ({ query: async (sql) => sql }), destroy: async () => {} },
    { minSize: 0, maxSize: 2 },
  );
  ran = 0;
  cleaned = 0;

  constructor(maxRequests: number) {
    this.limiter = new SlidingWindowRateLimiter({ maxRequests });
  }

  start(start: Start): ReturnType<Start> {
    const { profiler, resources, limiter, dedupe, cache, pool } = this;
    const all = [profiler, resources, limiter, dedupe, cache, pool].map((engine) => engine.middleware());
    return start(all, { work: (ctx) => this.#work(ctx) });
  }

  async #work(ctx: Context): Promise<object> {
    addResource(ctx, { close: () => void this.cleaned++ });
    await db<Connection>(ctx).query('SELECT 1');
    return { ran: ++this.ran };
  }

  async close(): Promise<void> {
    await this.resources.close();
    for (const engine of [this.cache, this.dedupe, this.limiter, this.pool, this.profiler])
      await engine.close();
  }
}

onEveryHost((start) => {
  let all: Everything;
  afterEach(() => all.close());
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  beforeEach(() => void process.on('warning', onWarning));
  afterEach(() => void process.off('warning', onWarning));

  const remaining = (response: Response): string | null => response.headers.get('x-ratelimit-remaining');

  test('a cached answer carries the fields of its own request, and is counted', async () => {
    all = new Everything(10);
    const host = await all.start(start);
    const miss = await host.fetch('/work');
    expect([remaining(miss), miss.headers.get('x-cache'), await miss.json()]).toEqual([
      '9',
      'MISS',
      { ran: 1 },
    ]);
    const hit = await host.fetch('/work');
    expect([remaining(hit), hit.headers.get('x-cache'), await hit.json()]).toEqual(['8', 'HIT', { ran: 1 }]);
    const counted = (): number =>
      Object.values(all.profiler.getReport()).reduce((sum, { count }) => sum + count, 0);
    await waitFor(() => counted() === 2);
    await waitFor(() => all.cleaned === 1 && all.pool.getStats().activeSize === 0);
    expect(warnings).toEqual([]);
  });

  test('a replayed answer too', async () => {
    all = new Everything(10);
    const host = await all.start(start);
    const keyed = postJson({ a: 1 }, { 'Idempotency-Key': '"k"' });
    const first = await host.fetch('/work', keyed);
    expect([remaining(first), await first.json()]).toEqual(['9', { ran: 1 }]);
    const replay = await host.fetch('/work', keyed);
    expect([remaining(replay), replay.headers.get('idempotent-replayed'), await replay.json()]).toEqual([
      '8',
      'true',
      { ran: 1 },
    ]);
  });

  test('a refusal is neither kept nor replayed: it comes before both', async () => {
    all = new Everything(1);
    const host = await all.start(start);
    const keyed = postJson({ a: 1 }, { 'Idempotency-Key': '"k"' });
    expect((await host.fetch('/work', keyed)).status).toBe(200);
    for (const init of [keyed, {}]) {
      const refused = await host.fetch('/work', init);
      await refused.arrayBuffer();
      expect([refused.status, remaining(refused), refused.headers.get('x-cache')]).toEqual([429, '0', null]);
      expect(refused.headers.get('idempotent-replayed')).toBeNull();
    }
    await all.limiter.resetAll();
    const replay = await host.fetch('/work', keyed);
    expect([replay.status, await replay.json()]).toEqual([200, { ran: 1 }]);
    await all.limiter.resetAll();
    expect(await (await host.fetch('/work')).json()).toEqual({ ran: 2 });
  });
});
