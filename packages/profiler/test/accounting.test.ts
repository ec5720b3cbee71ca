import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '@spark-perf/core';
import { Spark } from '@spark-perf/server';
import { soakCount, testSeed, waitFor } from '@spark-perf/test-services';
import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { RequestProfiler } from '../src/index.js';

const profiler = new RequestProfiler();
const arrived = new EventEmitter().setMaxListeners(0);
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
const app = new Spark();
let port = 0;

beforeAll(async () => {
  app.use(profiler.middleware());
  app.use(async (ctx, next) => {
    if (ctx.path === '/middleware-throws') throw new Error('thrown before the routes');
    await next();
  });
  app.get('/ok', (ctx) => ctx.json({ ok: true }));
  app.head('/ok', (ctx) => ctx.json({ ok: true }));
  app.post('/echo', async (ctx) => {
    for await (const chunk of ctx.req) expect(chunk).toBeDefined();
    ctx.json({ ok: true });
  });
  app.get('/moved', (ctx) => ctx.status(302).send(''));
  app.get('/unchanged', (ctx) => ctx.status(304).send(''));
  app.get('/bad', (ctx) => ctx.status(400).json({ error: 'bad' }));
  app.get('/throws', () => Promise.reject(new Error('thrown')));
  app.get('/throws-late', (ctx) => {
    ctx.res.writeHead(200);
    ctx.res.write('half');
    return new Promise((_, reject) => setImmediate(() => reject(new Error('thrown late'))));
  });
  app.get('/stream', async (ctx) => {
    for (let i = 0; i < 3; i++) {
      ctx.res.write('x'.repeat(1_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    ctx.res.end();
  });
  app.get('/events', (ctx) => {
    ctx.res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    ctx.res.end('data: 1\n\n');
  });
  app.get('/hangs/:id', async (ctx) => {
    arrived.emit(ctx.params['id'] ?? '');
    await once(ctx.res, 'close');
  });
  app.get('/half/:id', async (ctx) => {
    ctx.res.write('half');
    arrived.emit(ctx.params['id'] ?? '');
    await once(ctx.res, 'close');
  });
  await app.listen(0, '127.0.0.1');
  await waitFor(() => app.server?.listening === true);
  port = (app.server?.address() as AddressInfo).port;
});

afterAll(async () => {
  agent.destroy();
  await app.close();
});

/** What the client saw. */
const truth = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, aborted: 0, longLived: 0 };
let ids = 0;

const request = (path: string, options: http.RequestOptions = {}, body?: string[]) =>
  new Promise<number>((resolve) => {
    const sent = http.request({ port, host: '127.0.0.1', path, agent, ...options }, (res) => {
      res.resume();
      res.on('close', () => resolve(res.complete ? (res.statusCode ?? 0) : 500));
      res.on('error', () => undefined);
    });
    sent.on('error', () => resolve(500)); // the server tore the answer off: it failed
    for (const part of body ?? []) sent.write(part);
    sent.end();
  });

const counted = async (path: string, options?: http.RequestOptions, body?: string[]) => {
  const status = await request(path, options, body);
  truth[`${Math.floor(status / 100)}xx` as '2xx']++;
};

const abort = async (prefix: string, behind = 0) => {
  const id = `id${ids++}`;
  const reached = once(arrived, id);
  const last = behind > 0 ? `id${ids++}` : id;
  const reachedLast = behind > 0 ? once(arrived, last) : reached;
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const queued = behind > 0 ? get('/ok').repeat(behind - 1) + get(`/hangs/${last}`) : '';
  socket.write(get(`/${prefix}/${id}`) + queued);
  await Promise.all([reached, reachedLast]);
  socket.destroy();
  truth.aborted += 1 + behind;
};

const pipeline = async () => {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(
    'GET /ok HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(4) +
      'GET /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  );
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  truth['2xx'] += text.match(/HTTP\/1\.1 200/g)?.length ?? 0;
};

const kinds: (() => Promise<unknown>)[] = [
  () => counted('/ok'),
  () => counted('/ok'),
  () => counted('/ok', { method: 'HEAD' }),
  () => counted('/echo', { method: 'POST' }, ['{"a":', '1}']),
  () => counted('/moved'),
  () => counted('/unchanged'),
  () => counted('/bad'),
  () => counted('/throws'),
  () => counted('/middleware-throws'),
  () => counted('/throws-late'),
  () => counted('/stream'),
  () => counted(`/nothing-here-${ids++}`),
  async () => {
    await request('/events');
    truth.longLived++;
  },
  () => abort('hangs'),
  () => abort('half'),
  () => abort('hangs', 3),
  pipeline,
];

test("the client's counts equal ours, class by class", async () => {
  const total = soakCount(100_000);
  const random = seededRandom(testSeed());
  let started = 0;
  const work = async () => {
    while (started < total) {
      started++;
      await kinds[Math.floor(random() * kinds.length)]?.();
    }
  };
  await Promise.all(Array.from({ length: 24 }, work));
  const sum = () => truth['2xx'] + truth['3xx'] + truth['4xx'] + truth['5xx'] + truth.aborted;
  await waitFor(() => profiler.getTotals().count >= sum() && profiler.getTotals().inFlight === 0);
  const { statusClasses, aborted, longLived, count, inFlight } = profiler.getTotals();
  expect({ ...statusClasses, aborted, longLived }).toEqual(truth);
  expect(count).toBe(sum());
  expect(inFlight).toBe(0);
  const report = profiler.getReport();
  const rows = Object.values(report);
  expect(rows.reduce((all, row) => all + row.count, 0)).toBe(count);
  const chunked = report['POST:/echo'];
  expect(chunked?.requestBytes).toBe(7 * (chunked?.count ?? 0));
  const streamed = report['GET:/stream'];
  expect(streamed?.responseBytes).toBe(3_000 * (streamed?.count ?? 0));
  expect(report['GET:/ok']?.responseBytes).toBeGreaterThan(0);
  expect(report['HEAD:/ok']?.responseBytes).toBe(0);
}, 240_000);
