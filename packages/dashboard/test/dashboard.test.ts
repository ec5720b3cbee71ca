import { describe, expect, test } from '@jest/globals';
import { CircuitBreaker } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { Dashboard, dashboard } from '../src/index.js';
import { FakeProfiler } from './support/fake-profiler.js';
import { FakeSystem } from './support/fake-system.js';
import { families, FakeSource } from './support/fake-source.js';

describe('sources', () => {
  test('that are absent have no panel', async () => {
    const snapshot = await new Dashboard().snapshot();
    expect(snapshot).toMatchObject({
      traffic: null,
      runtime: null,
      memory: null,
      routes: [],
      cards: [],
      status: { level: 'ok' },
    });
  });

  test('may be several of a kind, and anything with collect() or getStats()', async () => {
    const pool = () =>
      new FakeSource(() => families('gauge', { 'spark_pool_connections|state': { idle: 1, borrowed: 2 } }));
    const { cards } = await new Dashboard({
      pool: { main: pool(), replica: pool() },
      sources: {
        payments: new CircuitBreaker(),
        mail: { getStats: () => ({ sent: 4, name: 'x' }) },
        jobs: new FakeSource(() => families('counter', { jobs_done: 5 })),
      },
    }).snapshot();
    expect(cards.map(({ id, title }) => [id, title])).toEqual([
      ['pool/main', 'Pool: main'],
      ['pool/replica', 'Pool: replica'],
      ['breaker/payments', 'Breaker: payments'],
      ['other/mail', 'Metrics: mail'],
      ['other/jobs', 'Metrics: jobs'],
    ]);
    expect(cards[3]?.table?.rows).toEqual([
      { cells: [{ text: 'sent' }, { text: '' }, { value: 4, unit: 'count' }] },
    ]);
    expect(cards[4]?.table?.rows[0]?.cells).toContainEqual({ value: 5, unit: 'count' });
  });

  test('of further profilers are told apart', async () => {
    const [front, api] = [new FakeProfiler(1), new FakeProfiler(2)];
    front.serve(100);
    api.serve(50);
    const snapshot = await new Dashboard({ profiler: { front, api } }).snapshot();
    expect(snapshot.traffic).toMatchObject({ name: 'front', requests: front.requests });
    expect(snapshot.otherTraffic).toMatchObject([{ name: 'api', requests: api.requests }]);
    expect(snapshot.routes[0]?.route).toMatch(/ \((front|api)\)$/);
  });

  test('that flood are cut', async () => {
    const samples = Array.from({ length: 100_000 }, (_, i) => ({ labels: { i: String(i) }, value: 1 }));
    const flood = new FakeSource(() => [{ name: 'x', type: 'gauge', help: 'x', samples }]);
    const snapshot = await new Dashboard({ sources: { flood } }).snapshot();
    expect(JSON.stringify(snapshot).length).toBeLessThan(10_000);
    expect(snapshot.cards[0]?.table?.caption).toBe('The first 30 of 2000 metrics');
  });
});

describe('figures', () => {
  test('are those of the sources, as rates where they grow', async () => {
    const clock = new ManualClock();
    const system = new FakeSystem();
    const page = new Dashboard({ ...system.sources, clock });
    for (let i = 0; i < 12; i++) {
      system.step(1_000);
      await page.snapshot();
      await clock.advance(1_000);
    }
    system.step(1_000);
    const { traffic, runtime, memory, cards, routes, status, points } = await page.snapshot();
    const { rate, errorRate, p50, p99, inFlight } = traffic!;
    const { delay, cpu, gc, heapUsed } = runtime!;
    expect(points).toMatchObject({ rate, errorRate, p50, p99, inFlight, delay, cpu, gc, heapUsed });
    expect(points['limiter/limiter']).toBeCloseTo(17);
    expect(traffic?.requests).toBe(system.profiler.requests);
    expect(traffic?.rate).toBeGreaterThan(900);
    expect(traffic?.p50).toBeLessThan(traffic?.p99 ?? 0);
    expect(traffic?.heat.reduce((sum, count) => sum + count, 0)).toBe(Math.round(traffic?.rate ?? 0));
    expect(routes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(runtime?.cpu).toBeGreaterThan(0.3);
    expect(runtime?.gc).toBeCloseTo(0.014, 3);
    expect(memory).toMatchObject({ verdict: 'healthy' });
    const of = (kind: string, label: string) =>
      cards.find((card) => card.kind === kind)?.figures.find((one) => one.label === label)?.value;
    expect(of('limiter', 'Denied')).toBeCloseTo(17);
    expect(of('pool', 'Borrows')).toBeCloseTo(310);
    expect(of('cache', 'Hit ratio')).toBeCloseTo((930 + 150 + 41) / 1_140, 2);
    const ratios = cards.find(({ kind }) => kind === 'cache')?.bars.map(({ label, ratio }) => [label, ratio]);
    expect(ratios).toEqual([
      ['L1', 930 / 1_140],
      ['L2', 150 / 210],
      ['L3', 41 / 60],
    ]);
    expect(status).toEqual({ level: 'warn', text: 'Balancer: 2 of 3 serving' });
  });

  test('a leak, failing requests and an open circuit are bad, in words', async () => {
    const system = new FakeSystem();
    const breaker = new CircuitBreaker({ failureThreshold: 1 });
    await breaker.execute(() => Promise.reject(new Error('x'))).catch(() => {});
    const memory = new FakeSource(
      () => [],
      () => ({ verdict: 'leaking', evidence: { reason: 'It grows.' } }),
    );
    const profiler = new FakeProfiler(1, [{ method: 'GET', route: '/', weight: 1, ms: 1, failures: 0.5 }]);
    profiler.serve(100);
    const { status } = await new Dashboard({ ...system.sources, breaker, memory, profiler }).snapshot();
    expect(status.level).toBe('bad');
    expect(status.text).toMatch(/% of requests fail; process leaks memory; Breaker: Open; 1 more/);
  });
});

describe('duties', () => {
  test('a bad option is refused by name, and a password never stands in the error', () => {
    const refused = (options: object): unknown => {
      try {
        return dashboard(options);
      } catch (error) {
        return (error as { option: string }).option;
      }
    };
    const bad = {
      profiler: 5,
      pool: { main: {} },
      sources: { x: null },
      authorize: 'short',
      secret: 'short',
      sessionTTL: 1,
      interval: 0,
      maxViewers: 0,
      maxEvents: 1.5,
      maxDuration: 5,
      actions: 'yes',
      workerTimeout: 0,
      authorizeTimeout: 0,
      maskKey: 'x',
      clock: {},
      profilr: {},
    };
    for (const [option, value] of Object.entries(bad)) {
      const name = option === 'pool' ? 'pool.main' : option === 'sources' ? 'sources.x' : option;
      expect(refused({ [option]: value })).toBe(name);
    }
    expect(() => dashboard({ authorize: 'hunter2' })).toThrow(
      expect.not.stringContaining('hunter2') as never,
    );
  });

  test('getStats and collect tell of the page itself; closing is idempotent and leaves the sources alone', async () => {
    const system = new FakeSystem();
    const middleware = dashboard(system.sources);
    await middleware.dashboard.snapshot();
    expect(middleware.dashboard.getStats()).toEqual({ viewers: 0, snapshots: 1, actions: 0 });
    expect(middleware.dashboard.collect().map(({ name }) => name)).toEqual([
      'spark_dashboard_viewers',
      'spark_dashboard_snapshots',
      'spark_dashboard_actions',
    ]);
    await middleware.cleanup();
    await middleware.dashboard[Symbol.asyncDispose]();
    system.profiler.emit('slow', { method: 'GET', url: '/', duration: 1, statusCode: 200 });
    expect((await middleware.dashboard.snapshot()).events).toEqual([]);
  });

  test('closing takes every listener off the sources', async () => {
    let listeners = 0;
    const source = {
      getStats: () => ({}),
      on: () => {
        let here = 1;
        listeners++;
        return () => {
          listeners -= here;
          here = 0;
        };
      },
    };
    const kinds = ['profiler', 'runtime', 'memory', 'cache', 'pool', 'limiter', 'dedupe'] as const;
    const more = ['lifecycle', 'cluster', 'balancer', 'breaker'] as const;
    const sources = Object.fromEntries([...kinds, ...more].map((kind) => [kind, source]));
    const pages = Array.from({ length: 3 }, () => dashboard(sources));
    expect(listeners).toBeGreaterThan(3 * 10);
    for (const page of pages) await page.close();
    for (const page of pages) await page.close();
    expect(listeners).toBe(0);
  });

  test('the same event again and again is one entry that counts, and the feed is bounded', async () => {
    const system = new FakeSystem();
    const page = new Dashboard({ ...system.sources, maxEvents: 5 });
    for (let i = 0; i < 9; i++) system.limiter.emit('storeError', {});
    expect((await page.snapshot()).events).toMatchObject([
      { source: 'limiter', text: 'The store fails', times: 9, level: 'bad' },
    ]);
    for (let i = 0; i < 50; i++)
      system.profiler.emit('slow', { method: 'GET', url: `/${i}\n`, duration: 600, statusCode: 200 });
    const { events } = await page.snapshot();
    expect(events).toHaveLength(5);
    expect(events[0]?.text).toBe('Slow: GET /49\\u000a took 600 ms (200)');
  });
});
