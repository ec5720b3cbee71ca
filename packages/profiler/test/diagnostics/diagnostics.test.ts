import { afterEach, describe, expect, test } from '@jest/globals';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { Spark } from '@spark-perf/server';
import { waitFor } from '@spark-perf/test-services';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DiagnosticsOptions } from '../../src/index.js';
import { diagnostics, RuntimeMonitor } from '../../src/index.js';

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

const apps: Spark[] = [];
const environment = process.env['NODE_ENV'];
afterEach(async () => {
  process.env['NODE_ENV'] = environment;
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

const FIELD = { 'X-Spark-Diagnostics': '1' };

async function setUp(options?: DiagnosticsOptions) {
  const app = new Spark();
  apps.push(app);
  app.use('/admin/diagnostics', diagnostics(options));
  app.get('/admin/state', (ctx) => ctx.json({ mine: true }));
  await app.listen(0, '127.0.0.1');
  await waitFor(() => app.server?.listening === true);
  const { port } = app.server?.address() as AddressInfo;
  const open = (method: string, path: string, headers: http.OutgoingHttpHeaders = {}) => {
    const req = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    const answer = new Promise<Answer>((resolve, reject) => {
      req.on('error', reject).on('response', (res) => {
        let text = '';
        res.on('data', (chunk) => (text += String(chunk))).on('error', reject);
        res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
      });
    });
    answer.catch(() => undefined);
    req.end();
    return { req, answer };
  };
  const ask = (method: string, path: string, headers: http.OutgoingHttpHeaders = FIELD) =>
    open(method, `/admin/diagnostics${path}`, headers).answer;
  return { ask, open };
}

/** Named after process and time, and kept by nobody. */
const fileFields = (extension: string) => ({
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'content-disposition': expect.stringMatching(
    new RegExp(`^attachment; filename="${process.pid}-20\\d\\d-\\d\\d-\\d\\dT[-\\d]{12}Z\\.${extension}"$`),
  ),
});

describe('files', () => {
  test('a CPU profile is one', async () => {
    const { ask } = await setUp();
    const { status, text, headers } = await ask('POST', '/cpu-profile?seconds=0.1');
    expect(status).toBe(200);
    expect(headers).toMatchObject(fileFields('cpuprofile'));
    const profile = JSON.parse(text);
    expect(Object.keys(profile)).toEqual(
      expect.arrayContaining(['nodes', 'startTime', 'endTime', 'samples', 'timeDeltas']),
    );
    const ids = new Set(profile.nodes.map(({ id }: { id: number }) => id));
    expect(profile.samples.every((id: number) => ids.has(id))).toBe(true);
    expect(profile.timeDeltas).toHaveLength(profile.samples.length);
    expect(profile.nodes[0].callFrame).toMatchObject({ functionName: '(root)', url: '' });
  });

  test('an allocation sample is one', async () => {
    const { ask } = await setUp();
    const { status, text, headers } = await ask('POST', '/heap-profile?seconds=0.1');
    expect(status).toBe(200);
    expect(headers).toMatchObject(fileFields('heapprofile'));
    const profile = JSON.parse(text);
    expect(profile.head).toMatchObject({
      callFrame: { functionName: '(root)' },
      selfSize: expect.any(Number),
    });
    expect(Array.isArray(profile.samples)).toBe(true);
  });

  test('a heap snapshot is one', async () => {
    const { ask } = await setUp({ freeMemory: () => Infinity });
    const { status, text, headers } = await ask('POST', '/heap-snapshot');
    expect(status).toBe(200);
    expect(headers).toMatchObject(fileFields('heapsnapshot'));
    const { snapshot, nodes } = JSON.parse(text);
    expect(nodes.length / snapshot.meta.node_fields.length).toBe(snapshot.node_count);
  }, 120_000);

  test('a heap snapshot is refused when memory is short', async () => {
    const { ask } = await setUp({ freeMemory: () => 1_000 });
    const { status, text } = await ask('POST', '/heap-snapshot');
    expect([status, JSON.parse(text).code]).toEqual([503, 'SPARK_DIAGNOSTICS_MEMORY']);
  });

  test('the state is JSON, by GET', async () => {
    const { ask, open } = await setUp();
    const { status, text } = await ask('GET', '/state', {});
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ running: false, delay: {}, gc: { major: {} }, heap: {} });
    const monitor = new RuntimeMonitor().start();
    const followed = await (await setUp({ monitor })).ask('GET', '/state', {});
    monitor.stop();
    expect(JSON.parse(followed.text)).toMatchObject({ running: true });
    expect(followed.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect((await open('GET', '/admin/state').answer).text).toBe('{"mine":true}');
  });
});

describe('refusals', () => {
  test('one at a time; a client that leaves makes room', async () => {
    const clock = new ManualClock();
    const { ask, open } = await setUp({ clock });
    const first = open('POST', '/admin/diagnostics/cpu-profile?seconds=30', FIELD);
    await waitFor(() => clock.timers > 0);
    const second = await ask('POST', '/heap-profile');
    expect([second.status, JSON.parse(second.text).code]).toEqual([409, 'SPARK_DIAGNOSTICS_BUSY']);
    first.req.destroy();
    await waitFor(() => clock.timers === 0);
    const third = open('POST', '/admin/diagnostics/cpu-profile?seconds=30', FIELD);
    await waitFor(() => clock.timers > 0);
    await clock.advance(30_000);
    expect((await third.answer).status).toBe(200);
  });

  test('a client that leaves is no failure of the handler, and ends the profile', async () => {
    const clock = new ManualClock();
    const handle = diagnostics({ clock, authorize: () => true });
    const headers = { 'X-Spark-Diagnostics': '1' };
    const ctx = fakeContext({ method: 'POST', url: '/cpu-profile?seconds=30', headers });
    const handled = Promise.resolve(handle(ctx, () => Promise.resolve()));
    await waitFor(() => clock.refTimers === 1);
    ctx.abort();
    ctx.res.emit('close');
    await handled;
    expect(clock.timers).toBe(0);
    expect(ctx.sent()).toBe('');
  });

  test.each(['/cpu-profile', '/heap-profile', '/heap-snapshot'])(
    'nothing is made at %s for a client that left while it was asked who it is',
    async (path) => {
      const clock = new ManualClock();
      let [asked, memoryAsked] = [0, 0];
      let decide: (allowed: boolean) => void = () => undefined;
      let left: () => boolean = () => false;
      const { open, ask } = await setUp({
        clock,
        freeMemory: () => ++memoryAsked,
        authorize: (ctx) => {
          left = () => ctx.res.destroyed;
          return ++asked > 1 || new Promise<boolean>((resolve) => (decide = resolve));
        },
      });
      const { req } = open('POST', `/admin/diagnostics${path}`, FIELD);
      await waitFor(() => asked === 1);
      req.destroy();
      await waitFor(() => left());
      decide(true);
      await waitFor(() => clock.timers === 0);
      // Whoever comes next finds nothing under way.
      expect((await ask('POST', '/cpu-profile?seconds=0')).status).toBe(400);
      expect([clock.timers, memoryAsked]).toEqual([0, 0]);
    },
  );

  test.each([
    ['POST', '/cpu-profile', {}, 403, 'SPARK_DIAGNOSTICS_FORBIDDEN'],
    ['GET', '/cpu-profile', FIELD, 405, 'SPARK_DIAGNOSTICS_METHOD'],
    ['POST', '/state', FIELD, 405, 'SPARK_DIAGNOSTICS_METHOD'],
    ['POST', '/cpu-profile?seconds=1e9', FIELD, 400, 'SPARK_DIAGNOSTICS_REQUEST'],
    ['POST', '/cpu-profile?seconds=-1', FIELD, 400, 'SPARK_DIAGNOSTICS_REQUEST'],
    ['POST', '/cpu-profile?seconds=x', FIELD, 400, 'SPARK_DIAGNOSTICS_REQUEST'],
  ])('%s %s with %j is %i', async (method, path, headers, status, code) => {
    const { ask } = await setUp();
    const answer = await ask(method, path, headers);
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code]);
  });

  test('in production nothing is open without authorize', async () => {
    const { ask } = await setUp();
    process.env['NODE_ENV'] = 'production';
    for (const [method, path] of [
      ['GET', '/state'],
      ['POST', '/cpu-profile?seconds=0.1'],
      ['POST', '/heap-snapshot'],
    ] as const) {
      expect((await ask(method, path)).status).toBe(403);
    }
  });

  test('authorize decides; one that fails or hangs refuses', async () => {
    process.env['NODE_ENV'] = 'production';
    const answers = [
      () => true,
      () => Promise.resolve(true),
      () => false,
      () => Promise.reject(new Error('no')),
      () => 'yes' as unknown as boolean,
      () => new Promise<boolean>(() => undefined),
    ];
    const statuses = await Promise.all(
      answers.map(
        async (authorize) =>
          (await (await setUp({ authorize, authorizeTimeout: 50 })).ask('GET', '/state')).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 403, 403, 403, 403]);
  });

  test('a proxied request is not of this machine', async () => {
    const { ask } = await setUp();
    expect((await ask('GET', '/state', { 'X-Forwarded-For': '127.0.0.1' })).status).toBe(403);
  });
});
