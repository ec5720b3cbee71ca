import { afterEach, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import http from 'node:http';
import net from 'node:net';
import { Spark } from '@spark-perf/server';
import { waitFor } from '@spark-perf/test-services';
import { SlidingWindowRateLimiter } from '../src/sliding-window-rate-limiter.js';
import { request } from './request.js';

const apps: Spark[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function listen(app: Spark): Promise<number> {
  apps.push(app);
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', () => resolve()));
  return (app.server?.address() as AddressInfo).port;
}

test('limits, tells the fields and refuses over a real socket', async () => {
  const limiter = new SlidingWindowRateLimiter({ maxRequests: 2, headers: ['legacy', 'draft-11'] });
  const app = new Spark();
  app.use(limiter.middleware());
  app.get('/', (ctx) => ctx.json({ hello: 'world' }));
  const port = await listen(app);
  const first = await request(port);
  expect(first.status).toBe(200);
  expect(first.headers['ratelimit-policy']).toBe('"default";q=2;w=60');
  expect(first.headers.ratelimit).toBe('"default";r=1;t=60');
  expect(first.headers['x-ratelimit-remaining']).toBe('1');
  await request(port);
  const refused = await request(port);
  expect(refused.status).toBe(429);
  expect(refused.headers['cache-control']).toBe('no-store');
  expect(JSON.parse(refused.body)).toEqual({ error: 'Rate limit exceeded', retryAfter: 60 });
  const head = await request(port, '/', { method: 'HEAD' });
  expect([head.status, head.body]).toEqual([429, '']);
});

test('fields are there when the handler streams', async () => {
  const app = new Spark();
  app.use(new SlidingWindowRateLimiter().middleware());
  app.get('/', (ctx) => {
    ctx.res.write('a');
    ctx.res.end('b');
  });
  const { body, headers } = await request(await listen(app));
  expect([body, headers['x-ratelimit-remaining']]).toEqual(['ab', '99']);
});

test('the address by a generator, where ip is a method of the context', async () => {
  const app = new Spark();
  app.use(new SlidingWindowRateLimiter({ maxRequests: 1 }).middleware((ctx) => ctx.ip));
  app.get('/', (ctx) => ctx.json('ok'));
  const port = await listen(app);
  const from = async (localAddress: string) => (await request(port, '/', { localAddress })).status;
  expect([await from('127.0.0.1'), await from('127.0.0.2'), await from('127.0.0.1')]).toEqual([
    200, 200, 429,
  ]);
});

test('a mounted limiter counts its part of the application', async () => {
  const app = new Spark();
  app.use('/api', new SlidingWindowRateLimiter({ maxRequests: 1 }).middleware());
  app.get('/api/a', (ctx) => ctx.json('a'));
  app.get('/b', (ctx) => ctx.json('b'));
  const port = await listen(app);
  const statuses = [];
  for (const path of ['/api/a', '/api/a', '/b', '/b']) statuses.push((await request(port, path)).status);
  expect(statuses).toEqual([200, 429, 200, 200]);
});

test('slots come back when clients hang up', async () => {
  const limiter = new SlidingWindowRateLimiter({ maxRequests: 1_000, concurrency: 3 });
  let waiting = 0;
  const app = new Spark();
  app.use(limiter.middleware());
  app.get('/slow', () => {
    waiting++;
    return new Promise(() => {}); // never answers
  });
  app.get('/', (ctx) => ctx.json('ok'));
  const port = await listen(app);
  for (let round = 1; round <= 3; round++) {
    const clients = Array.from({ length: 3 }, () =>
      http.get({ host: '127.0.0.1', port, path: '/slow', agent: false }).on('error', () => {}),
    );
    await waitFor(() => waiting === 3 * round);
    const refused = await request(port);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    for (const client of clients) client.destroy();
    await waitFor(async () => (await request(port)).status === 200);
  }
});

test('an unusable key fails the request with 500 and tells nothing of it', async () => {
  const app = new Spark();
  const errors: unknown[] = [];
  app.on('error', (error) => errors.push(error));
  app.use(new SlidingWindowRateLimiter().middleware((ctx) => ctx.user?.id));
  app.get('/', (ctx) => ctx.json('never'));
  const { status, body } = await request(await listen(app));
  expect(status).toBe(500);
  expect(body).not.toContain('generator');
  expect(errors).toMatchObject([{ code: 'SPARK_INVALID_RATE_LIMIT_KEY' }]);
});

test('a lost connection gives back the slots of all its requests, also of those whose turn to answer had not come', async () => {
  const limiter = new SlidingWindowRateLimiter({ maxRequests: 1_000, concurrency: 3 });
  const app = new Spark();
  app.use(limiter.middleware());
  let arrived = 0;
  app.post('/', () => {
    arrived++;
    return new Promise<void>(() => {});
  });
  app.get('/', (ctx) => ctx.json('ok'));
  const port = await listen(app);
  for (let round = 1; round <= 3; round++) {
    const client = net.connect(port, '127.0.0.1').on('error', () => {});
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok'.repeat(3));
    await waitFor(() => arrived === 3 * round);
    expect((await request(port)).status).toBe(429);
    client.destroy();
    await waitFor(async () => (await request(port)).status === 200);
  }
});
