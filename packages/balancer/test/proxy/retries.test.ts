import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { freePort, waitFor } from '@spark-perf/test-services';
import { testWorld } from '../support/world.js';

const world = testWorld();
const ok = (name: string) => world.upstream((_req, res) => res.end(name));
const reset = () => world.upstream((req) => req.socket.resetAndDestroy());

describe('an attempt that fails', () => {
  test.each(['GET', 'POST'])('%s goes elsewhere when the connection was refused', async (method) => {
    const good = await ok('good');
    const { url, balancer } = await world.front([await freePort(), good.port]);
    for (let i = 0; i < 4; i++)
      expect(await (await fetch(url, { method, ...(method === 'POST' ? { body: 'x' } : {}) })).text()).toBe(
        'good',
      );
    expect(balancer.getStats()).toMatchObject({ retries: 2, failed: { connect: 2 } });
  });

  test('a large body is sent whole after a refused connection', async () => {
    let bytes = 0;
    const good = await world.upstream((req, res) => {
      req.on('data', (chunk: Buffer) => (bytes += chunk.length));
      req.on('end', () => res.end());
    });
    const { url } = await world.front([await freePort(), good.port], { retryBodyLimit: 0 });
    expect((await fetch(url, { method: 'POST', body: Buffer.alloc(2_000_000) })).status).toBe(200);
    expect(bytes).toBe(2_000_000);
  });

  test('an idempotent one goes elsewhere when the connection broke; another one is a 502', async () => {
    const bad = await reset();
    const good = await ok('good');
    const { url } = await world.front([bad.port, good.port]);
    expect(await (await fetch(url)).text()).toBe('good');
    await (await fetch(url)).text(); // the turn of the good one
    const answers = [
      await fetch(url, { method: 'POST', body: 'x' }),
      await fetch(url, { method: 'POST', body: 'x' }),
    ];
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 502]);
    const broken = answers.find(({ status }) => status === 502);
    expect(await broken?.json()).toEqual({
      error: 'Bad gateway',
      message: 'The upstream server gave no valid answer',
    });
  });

  test('PUT with a body: again within the limit, not beyond', async () => {
    const bad = await world.upstream((req) => {
      req.resume();
      req.on('end', () => req.socket.resetAndDestroy());
    });
    const good = await world.upstream((req, res) => void req.pipe(res));
    const { url } = await world.front([bad.port, good.port], { retryBodyLimit: 1_000 });
    const put = (body: string) => fetch(url, { method: 'PUT', body });
    expect(await (await put('small')).text()).toBe('small');
    await (await put('turn')).text();
    expect((await put('x'.repeat(5_000))).status).toBe(502);
  });

  test('no server, or none that accepts: 503 with Retry-After', async () => {
    const none = await world.front([]);
    const dead = await world.front([await freePort(), await freePort()], { outlier: false });
    for (const { url } of [none, dead]) {
      const answer = await fetch(url);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ error: 'Service unavailable' });
    }
  });

  test('a failure is told as problem+json to whom accepts that', async () => {
    const { url } = await world.front([]);
    const answer = await fetch(url, { headers: { Accept: 'application/problem+json' } });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ status: 503, title: 'Service unavailable' });
  });

  test('502, 503 and 504 of a server are relayed, and retried only with retryOn', async () => {
    const sick = await world.upstream((_req, res) => res.writeHead(503).end('mine'));
    const good = await ok('good');
    const plain = await world.front([sick.port, good.port]);
    expect(await (await fetch(plain.url)).text()).toBe('mine');
    const retrying = await world.front([sick.port, good.port], { retryOn: [503] });
    expect(await (await fetch(retrying.url)).text()).toBe('good');
  });

  test('the budget bounds retries', async () => {
    const sick = await world.upstream((_req, res) => res.writeHead(503).end());
    const good = await ok('good');
    const { url, balancer } = await world.front([sick.port, good.port], {
      retryOn: [503],
      outlier: false,
      retry: { budget: 0, minPerSecond: 0 },
    });
    expect((await fetch(url)).status).toBe(503);
    expect(balancer.getStats().retries).toBe(0);
  });
});

describe('time', () => {
  test('a hung server: 504 when there is no other', async () => {
    const hung = await world.upstream(() => {});
    const { url, balancer } = await world.front([hung.port], { timeouts: { firstByte: 60 } });
    const answer = await fetch(url);
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ error: 'Gateway timeout' });
    expect(balancer.getStats()).toMatchObject({ activeConnections: 0, failed: { timeout: 1 } });
  });

  test('a hung server: an idempotent request goes elsewhere', async () => {
    const hung = await world.upstream(() => {});
    const good = await ok('good');
    const clock = new ManualClock();
    const { url } = await world.front([hung.port, good.port], {
      clock,
      algorithm: 'round-robin',
      timeouts: { firstByte: 60 },
    });
    const answer = fetch(url);
    await waitFor(() => hung.requests === 1);
    await clock.advance(100);
    expect(await (await answer).text()).toBe('good');
  });

  test('the total deadline wins over further attempts', async () => {
    const hung = await Promise.all([1, 2, 3].map(() => world.upstream(() => {})));
    const clock = new ManualClock();
    const { url } = await world.front(
      hung.map(({ port }) => port),
      { clock, timeouts: { firstByte: 400, total: 500 } },
    );
    const asked = () => hung.reduce((sum, { requests }) => sum + requests, 0);
    const answer = fetch(url);
    await waitFor(() => asked() === 1);
    await clock.advance(450);
    await waitFor(() => asked() === 2);
    await clock.advance(100);
    expect((await answer).status).toBe(504);
    expect(asked()).toBe(2);
  });

  test('silence in the middle of an answer cuts it', async () => {
    const stuck = await world.upstream((_req, res) => {
      res.write('half');
    });
    const { url, balancer } = await world.front([stuck.port], { timeouts: { idle: 60 } });
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
    await waitFor(() => balancer.getStats().activeConnections === 0);
  });

  test('an upload that stops is a 408, and not the server’s fault', async () => {
    const reading = await world.upstream((req) => void req.resume());
    const { url, balancer } = await world.front([reading.port], { timeouts: { idle: 60 } });
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('start')) });
    const answer = await fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(408);
    expect(balancer.getStats().servers[0]?.errors).toBe(0);
  });
});
