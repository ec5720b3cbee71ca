import { describe, expect, test } from '@jest/globals';
import { startPostgres, startRedis, waitFor } from '@spark-perf/test-services';
import { RunningDemo } from './running-demo.js';

const TRIP = JSON.stringify({ cities: [745044, 2643743] });
const post = (key: string): RequestInit => ({
  method: 'POST',
  body: TRIP,
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
});

/** As a client with a key does it: again while the service says that it can't tell, which a busy Redis makes it say. */
async function submit(demo: RunningDemo, trip: RequestInit): Promise<Response> {
  let answer!: Response;
  await waitFor(async () => (answer = await demo.fetch('/trips', trip)).status !== 503, { timeout: 30_000 });
  return answer;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A Redis and a Postgres, and what points the demo to them. */
async function backends() {
  const [redis, postgres] = [await startRedis(), await startPostgres()];
  return {
    env: { REDIS_URL: redis.url, DATABASE_URL: postgres.url },
    [Symbol.asyncDispose]: async () => {
      await redis.stop();
      await postgres.stop();
    },
  };
}

describe('npm run demo', () => {
  test.each(['SQLite alone', 'Redis and Postgres'])(
    'on %s answers questions, shows itself, and stops cleanly on Ctrl-C',
    async (on) => {
      await using services = on === 'SQLite alone' ? undefined : await backends();
      await using demo = await RunningDemo.start([], services?.env);
      expect(demo.output).toMatch(/^API .*\nDashboard .*\nStop .*Ctrl-C/m);
      const search = await demo.fetch('/cities?q=istanb');
      expect(await search.json()).toMatchObject({ items: [{ id: 745044, population: 14_804_116 }] });
      expect((await demo.fetch('/health')).status).toBe(200);
      expect(await (await demo.fetch('/')).text()).toContain('GeoNames');
      expect(await (await demo.fetch('/admin/')).text()).toContain('<title>');
      const exposition = await (await demo.fetch('/metrics')).text();
      expect(exposition).toContain('http_server_request_duration_seconds');
      for (const limiter of ['api', 'trips', 'trial'])
        expect(exposition).toContain(
          `spark_ratelimit_decisions_total{limiter="${limiter}",outcome="allowed"}`,
        );
      expect(exposition).toMatch(/^spark_metrics_series_refused 0$/m);

      // A cached search: the second answer comes from the worker's HTTP cache, or the other worker's shared level.
      await waitFor(async () => (await demo.fetch('/cities?q=istanb')).headers.get('X-Cache') === 'HIT');
      for (let i = 0; i < 6; i++) expect((await demo.fetch('/countries/TR/stats')).status).toBe(200);
      // A trip that is submitted twice is stored once.
      const [first, again] = [await submit(demo, post('"t1"')), await submit(demo, post('"t1"'))];
      expect([first.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true']);
      expect(await again.json()).toEqual(await first.json());
      expect((await demo.fetch(first.headers.get('Location')!)).status).toBe(200);
      // A burst against a small limit.
      const burst = await Promise.all(Array.from({ length: 15 }, () => demo.fetch('/try/burst')));
      expect(burst.filter(({ status }) => status === 429)).toHaveLength(5);

      const listed = async (): Promise<number[]> =>
        ((await demo.json('/admin/api/snapshot')).processes as unknown as { pid: number }[]).map(
          ({ pid }) => pid,
        );
      // A worker is listed from its first report on.
      await waitFor(async () => (await listed()).length >= 3);
      const pids = await listed();
      const { traffic, routes } = await demo.json('/admin/api/snapshot');
      // Answers of the workers' caches count for their routes, too: no path is a row of its own.
      const names = (routes as unknown as { route: string }[]).map(({ route }) => route);
      expect(names).toContain('GET /cities (workers)');
      expect(names.filter((name) => /\/(TR|\d+)\b/.test(name))).toEqual([]);
      expect((traffic as unknown as { requests: number }).requests).toBeGreaterThan(15);
      // Under npm one Ctrl-C arrives twice.
      demo.child.kill('SIGINT');
      demo.child.kill('SIGINT');
      expect(await demo.exit()).toBe(0);
      await waitFor(() => !pids.some(isAlive), { timeout: 10_000 });
    },
    180_000,
  );

  test('SIGHUP replaces the workers without a dropped request', async () => {
    await using demo = await RunningDemo.start();
    const pids = async (): Promise<number[]> =>
      ((await demo.json('/admin/api/snapshot')).processes as unknown as { pid: number; own: boolean }[])
        .filter(({ own }) => !own)
        .map(({ pid }) => pid);
    await waitFor(async () => (await pids()).length === 2);
    const before = await pids();
    const statuses = new Set<number>();
    let over = false;
    const client = async (): Promise<void> => {
      while (!over) statuses.add((await demo.fetch('/cities/745044')).status);
    };
    const clients = [client(), client(), client()];
    demo.child.kill('SIGHUP');
    await waitFor(
      async () => (await pids()).length === 2 && !(await pids()).some((pid) => before.includes(pid)),
      {
        timeout: 60_000,
      },
    );
    over = true;
    await Promise.all(clients);
    expect([...statuses]).toEqual([200]);
  }, 180_000);

  test('a worker that is killed from the page costs no request, and comes back', async () => {
    await using demo = await RunningDemo.start();
    const requests = Array.from({ length: 40 }, (_, i) => demo.fetch(`/cities/${2643743 + (i % 3)}`));
    const { killed } = await demo.json('/try/burst').then(async () => {
      const answer = await demo.fetch('/try/kill-worker', { method: 'POST', headers: { 'X-Demo': 'kill' } });
      return (await answer.json()) as { killed: number };
    });
    expect(killed).toBeGreaterThan(0);
    for (const answer of await Promise.all(requests)) expect(answer.status).toBeLessThan(500);
    for (let i = 0; i < 20; i++) expect((await demo.fetch('/cities/745044')).status).toBe(200);
    await waitFor(
      async () => {
        const { processes } = await demo.json('/admin/api/snapshot');
        return (processes as unknown as unknown[]).length === 3;
      },
      { timeout: 60_000 },
    );
  }, 180_000);

  test('in production, without credentials, the dashboard and the trials that do harm are not there', async () => {
    await using demo = await RunningDemo.start(['--single'], { NODE_ENV: 'production' });
    for (const target of ['/admin/', '/admin/api/snapshot', '/admin/api/stream']) {
      expect((await demo.fetch(target)).status).toBe(404);
    }
    const kill = await demo.fetch('/try/kill-worker', { method: 'POST', headers: { 'X-Demo': 'kill' } });
    expect(kill.status).toBe(404);
    expect((await demo.fetch('/cities/745044')).status).toBe(200);
  }, 180_000);

  test('a word it does not know is told, with the ones it does', async () => {
    await expect(RunningDemo.start(['--wrokers', '2'])).rejects.toThrow(/Usage: npm run demo/);
  });
});

describe('--traffic --chaos for 20 s', () => {
  const run = async (env: Record<string, string>): Promise<void> => {
    await using demo = await RunningDemo.start(['--traffic', '--chaos', '--seconds', '20'], env);
    expect(await demo.exit()).toBe(0);
    const figure = (name: string): number =>
      Number(new RegExp(`^ *${name} +([\\d.]+)`, 'm').exec(demo.output)?.[1]);
    if (figure('failures') !== 0) throw new Error(demo.output);
    expect(figure('requests')).toBeGreaterThan(500);
    expect(figure('killed')).toBeGreaterThan(0);
    expect(figure('limited')).toBeGreaterThan(0);
    expect(figure('deduplicated')).toBeGreaterThan(0);
    // Every worker that was killed has been started again, and no other has died.
    expect(figure('restarts')).toBe(figure('killed'));
    expect(figure('p50')).toBeLessThanOrEqual(figure('p99'));
    // Five cities of a hundred are what most ask for, and searches repeat.
    expect(figure('hit ratio')).toBeGreaterThan(20);
    expect(figure('hit ratio')).toBeLessThanOrEqual(100);
  };

  test('no polite request fails on SQLite alone', () => run({}), 180_000);

  test('nor on Redis and Postgres', async () => {
    await using services = await backends();
    await run(services.env);
  }, 180_000);
});
