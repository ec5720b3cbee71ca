import { describe, expect, test } from '@jest/globals';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Middleware } from '@spark-perf/core';
import { waitFor } from '@spark-perf/test-services';
import type { BypassReason } from '../src/index.js';
import { RequestDeduplicator } from '../src/index.js';
import { sparkHost } from './spark-host.js';

/** A deduplicator behind a middleware; tells how often the handler ran and why requests went on alone. */
async function behind(before: Middleware) {
  const dedupe = new RequestDeduplicator();
  const reasons: BypassReason[] = [];
  dedupe.on('bypassed', ({ reason }) => reasons.push(reason));
  const state = { runs: 0, bodies: [] as unknown[] };
  const host = await sparkHost(new RequestDeduplicator({ methods: [] }), (app) => {
    app.use(before);
    app.use(dedupe.middleware());
    app.post('/', (ctx) => {
      state.bodies.push(ctx.body);
      ctx.json({ run: ++state.runs });
    });
  });
  return { dedupe, host, state, reasons };
}

test('a body that is read is kept as bytes; what parsers set stays theirs', async () => {
  const { host, dedupe, state } = await behind((_ctx, next) => next());
  await using _ = host;
  await host.send({ body: '{"a":1}' });
  expect(state.bodies).toEqual([null]);
  await dedupe.close();
});

describe('a stream that somebody else consumes is left alone', () => {
  test.each<[string, Middleware]>([
    [
      'before us',
      async (ctx, next) => {
        for await (const _ of ctx.req);
        return next();
      },
    ],
    [
      'at the same time',
      (ctx, next) => {
        ctx.req.on('data', () => {});
        return next();
      },
    ],
  ])('%s: other bytes are never taken for the same', async (_name, before) => {
    const { host, dedupe, state, reasons } = await behind(before);
    await using _ = host;
    const headers = { 'Content-Type': 'application/octet-stream' };
    await host.send({ body: 'one', headers });
    await host.send({ body: 'two', headers });
    expect(state.runs).toBe(2);
    expect(reasons).toEqual(['noFingerprint', 'noFingerprint']);
    await dedupe.close();
  });

  test('a form whose files a parser has put elsewhere', async () => {
    const { host, dedupe, state } = await behind(async (ctx, next) => {
      for await (const _ of ctx.req);
      ctx.body = { title: 'the same' };
      return next();
    });
    await using _ = host;
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
    await host.send({ body: 'file one', headers });
    await host.send({ body: 'file two', headers });
    expect(state.runs).toBe(2);
    await dedupe.close();
  });

  test('but a parser that keeps bytes or text has told it', async () => {
    for (const keep of [(bytes: Buffer) => bytes, (bytes: Buffer) => bytes.toString()]) {
      const { host, dedupe, state } = await behind(async (ctx, next) => {
        const chunks: Buffer[] = [];
        for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
        ctx.body = keep(Buffer.concat(chunks));
        return next();
      });
      await using _ = host;
      const headers = { 'Content-Type': 'text/plain' };
      for (const body of ['one', 'one', 'two']) await host.send({ body, headers });
      expect(state.runs).toBe(2);
      await dedupe.close();
    }
  });
});

test('a client that leaves within its body runs nothing and leaves nothing', async () => {
  const dedupe = new RequestDeduplicator();
  let runs = 0;
  let arrived = 0;
  let left = 0;
  await using host = await sparkHost(dedupe, (app) => {
    app.server.on('request', (req) => {
      arrived++;
      req.on('close', () => left++);
    });
    app.post('/', (ctx) => ctx.json({ run: ++runs }));
  });
  const { port } = host.app.server.address() as AddressInfo;
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234');
  await waitFor(() => arrived === 1);
  socket.destroy();
  await waitFor(() => left === 1);
  await new Promise(setImmediate);
  expect(runs).toBe(0);
  expect(dedupe.getStats()).toMatchObject({ inFlight: 0, entries: 0, bytes: 0, bypassed: 0 });
});

test('a body that says it is over maxBody is not waited for', async () => {
  const dedupe = new RequestDeduplicator({ maxBody: 100 });
  const reasons: BypassReason[] = [];
  dedupe.on('bypassed', ({ reason }) => reasons.push(reason));
  let runs = 0;
  await using host = await sparkHost(dedupe, (app) => app.post('/', (ctx) => ctx.json({ run: ++runs })));
  const { port } = host.app.server.address() as AddressInfo;
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n0');
  await waitFor(() => runs === 1);
  expect(reasons).toEqual(['bodyTooLarge']);
  socket.destroy();
});
