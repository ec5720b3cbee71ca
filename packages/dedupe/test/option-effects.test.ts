import { describe, expect, test } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import type { BypassReason, RequestDeduplicatorOptions } from '../src/index.js';
import { RequestDeduplicator } from '../src/index.js';
import { gate, sparkHost } from './spark-host.js';

const run = (answer: { body: Buffer }): number => (JSON.parse(answer.body.toString()) as { run: number }).run;

async function counting(options: RequestDeduplicatorOptions = {}) {
  const dedupe = new RequestDeduplicator(options);
  const reasons: BypassReason[] = [];
  dedupe.on('bypassed', ({ reason }) => reasons.push(reason));
  const state = { runs: 0, wait: Promise.resolve() as Promise<void> };
  const host = await sparkHost(dedupe, (app) =>
    app.all('/*', async (ctx) => {
      const number = ++state.runs;
      await state.wait;
      ctx.res.setHeader('Set-Cookie', 'a=1');
      ctx.res.setHeader('ETag', '"1"');
      ctx.json({ run: number });
    }),
  );
  return { dedupe, host, state, reasons };
}

describe('who asks, and for what', () => {
  test('trustProxy: the proxy tells its clients apart', async () => {
    const { host } = await counting({ trustProxy: 1 });
    await using _ = host;
    const from = (address: string) => host.send({ headers: { 'X-Forwarded-For': address } });
    const runs = [await from('192.0.2.1'), await from('192.0.2.2'), await from('192.0.2.1')].map(run);
    expect(runs).toEqual([1, 2, 1]);
  });

  test('scope may answer later', async () => {
    const scope = async (ctx: Context): Promise<string | undefined> => ctx.get('X-Tenant');
    const { host } = await counting({ scope });
    await using _ = host;
    const from = (tenant: string) => host.send({ headers: { 'X-Tenant': tenant } });
    expect([await from('a'), await from('b'), await from('a')].map(run)).toEqual([1, 2, 1]);
  });

  test('fingerprint says what matters of a body', async () => {
    const fingerprint = (ctx: Context): string | undefined => ctx.get('X-Digest');
    const { host } = await counting({ fingerprint });
    await using _ = host;
    const send = (digest: string, body: string) => host.send({ headers: { 'X-Digest': digest }, body });
    expect([await send('a', '1'), await send('a', '2'), await send('b', '1')].map(run)).toEqual([1, 1, 2]);
  });

  test('a body that was consumed and can not be put into bytes is not deduplicated', async () => {
    const dedupe = new RequestDeduplicator();
    const reasons: string[] = [];
    dedupe.on('bypassed', ({ reason }) => reasons.push(reason));
    await using host = await sparkHost(new RequestDeduplicator({ methods: [] }), (app) => {
      app.use(async (ctx, next) => {
        for await (const _ of ctx.req); // as a parser of uploads
        ctx.body = { file: () => {} };
        return next();
      });
      app.use(dedupe.middleware());
      app.post('/', (ctx) => ctx.json({ run: 1 }));
    });
    await host.send();
    expect(reasons).toEqual(['noFingerprint']);
  });

  test('skip lets requests pass, at once or later', async () => {
    const { host } = await counting({ skip: async (ctx) => ctx.get('X-Skip') !== undefined });
    await using _ = host;
    const skipped = { headers: { 'X-Skip': '1' } };
    expect([await host.send(), await host.send(skipped), await host.send()].map(run)).toEqual([1, 2, 1]);
  });
});

describe('headers', () => {
  test.each<[string, NonNullable<RequestDeduplicatorOptions['headers']>]>([
    ['names', ['Set-Cookie', 'Content-Type']],
    ['a function', (name) => name !== 'etag'],
  ])('%s say which fields are replayed', async (_name, headers) => {
    const { host } = await counting({ headers });
    await using _ = host;
    await host.send();
    const again = await host.send();
    expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true', 'set-cookie': ['a=1'] });
    expect(again.headers.etag).toBeUndefined();
  });
});

test('bodyTimeout: a body that is not sent in time is not deduplicated, and arrives whole', async () => {
  const clock = new ManualClock();
  const dedupe = new RequestDeduplicator({ clock, bodyTimeout: 5_000 });
  const reasons: string[] = [];
  dedupe.on('bypassed', ({ reason }) => reasons.push(reason));
  let arrived = 0;
  await using host = await sparkHost(dedupe, (app) => {
    app.server.on('request', () => arrived++);
    app.post('/', async (ctx) => {
      let text = '';
      for await (const chunk of ctx.req) text += String(chunk);
      ctx.text(text);
    });
  });
  const { port } = host.app.server.address() as AddressInfo;
  const body = new Promise<string>((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, method: 'POST', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text)).on('error', reject);
    });
    request.on('error', reject).setHeader('Content-Length', 10);
    request.write('01234');
    void waitFor(() => arrived === 1)
      .then(() => clock.advance(5_000))
      .then(() => waitFor(() => reasons.length === 1))
      .then(() => request.end('56789'), reject);
  });
  expect(await body).toBe('0123456789');
  expect(reasons).toEqual(['bodyLate']);
});

test('ttl: a result is replayed until it ends, and then the request runs', async () => {
  const clock = new ManualClock();
  const { host } = await counting({ clock, ttl: 5_000 });
  await using _ = host;
  expect(run(await host.send())).toBe(1);
  await clock.advance(4_999);
  expect(run(await host.send())).toBe(1);
  await clock.advance(1);
  expect(run(await host.send())).toBe(2);
});

test('maxReplay: the event tells that a response is not kept', async () => {
  const { host, dedupe } = await counting({ maxReplay: 4 });
  await using _ = host;
  const told: string[] = [];
  dedupe.on('responseTooLarge', ({ id }) => told.push(id));
  expect(run(await host.send())).toBe(1);
  const again = await host.send();
  expect(again.status).toBe(409);
  expect(told).toHaveLength(1);
});

test('a key that comes again with another query is 422; the order of its parameters does not matter', async () => {
  const { host, state } = await counting();
  await using _ = host;
  const send = (path: string) => host.send({ path, headers: { 'Idempotency-Key': 'k1' } });
  const statuses = [
    await send('/a?x=1&y=2'),
    await send('/a?y=2&x=1'),
    await send('/a?x=1'),
    await send('/a'),
  ];
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 422, 422]);
  expect(state.runs).toBe(1);
});

test('getStats() counts no more for a long query than for a short one', async () => {
  const { host, dedupe } = await counting();
  await using _ = host;
  const send = async (path: string): Promise<number> => {
    const before = dedupe.getStats().bytes;
    await host.send({ path, headers: { 'Idempotency-Key': path.length.toString() } });
    return dedupe.getStats().bytes - before;
  };
  expect(await send(`/?q=${'x'.repeat(8_000)}`)).toBe(await send('/?q=x'));
});

test('maxEntries: what has left runs again', async () => {
  const { host, dedupe } = await counting({ maxEntries: 2 });
  await using _ = host;
  const send = async (body: string): Promise<number> => run(await host.send({ body }));
  expect([await send('1'), await send('2'), await send('3'), await send('1')]).toEqual([1, 2, 3, 4]);
  const { entries, bytes } = dedupe.getStats();
  expect(entries).toBe(2);
  expect(bytes).toBeGreaterThan(2 * 500);
});

test('getStats() and collect() tell the same', async () => {
  const { host, dedupe } = await counting();
  await using _ = host;
  await host.send();
  await host.send();
  expect(dedupe.getStats()).toMatchObject({ replayed: 1, coalesced: 0, inFlight: 0, entries: 1 });
  const families = dedupe.collect();
  expect(families.map(({ name }) => name)).toEqual([
    'spark_dedupe_requests',
    'spark_dedupe_in_flight',
    'spark_dedupe_entries',
    'spark_dedupe_memory_bytes',
  ]);
  expect(families[0]?.samples).toContainEqual({ labels: { outcome: 'replayed' }, value: 1 });
});

describe('close()', () => {
  test('waits for what is under way; what comes after it passes through', async () => {
    const { host, dedupe, state } = await counting();
    await using _ = host;
    const { open, opened } = gate();
    state.wait = opened;
    const first = host.send();
    await waitFor(() => state.runs === 1);
    let isClosed = false;
    const closed = dedupe.close().then(() => (isClosed = true));
    const second = host.send();
    await waitFor(() => state.runs === 2);
    expect(isClosed).toBe(false);
    open();
    expect([await first, await second].map(run)).toEqual([1, 2]);
    await closed;
    expect(dedupe.close()).toBe(dedupe.close());
  });

  test('leaves no timer, and waits no longer than waitTimeout', async () => {
    const clock = new ManualClock();
    const { host, dedupe, state } = await counting({ clock, waitTimeout: 1_000 });
    const { open, opened } = gate();
    state.wait = opened;
    const hung = host.send();
    await waitFor(() => state.runs === 1);
    const closed = dedupe.close();
    await clock.advance(1_000);
    await closed;
    expect(clock.timers).toBe(0);
    open();
    await hung;
    await host[Symbol.asyncDispose]();
  });
});
