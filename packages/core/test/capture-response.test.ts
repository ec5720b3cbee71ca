import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import net from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { waitFor } from '@spark-perf/test-services';
import type {
  CapturedHead,
  CapturedResponse,
  CaptureOptions,
  Context,
  ResponseCapture,
} from '../src/index.js';
import { captureResponse } from '../src/index.js';
import { fakeContext, ManualClock } from '../src/testing/index.js';
import { httpHost } from './http-host.js';

type Handler = (res: ServerResponse, ctx: Context) => unknown;

/** Runs one exchange through a capture; gives what the client and what the capture got. */
async function exchange(
  handler: Handler,
  options: Partial<CaptureOptions> & { method?: string; before?: Handler } = {},
) {
  const { method = 'GET', before, ...capture } = options;
  let captured!: ResponseCapture;
  await using host = await httpHost(async (ctx) => {
    await before?.(ctx.res, ctx);
    captured = captureResponse(ctx.res, { maxBytes: 1_000_000, ...capture });
    await handler(ctx.res, ctx);
  });
  const client = await host.get('/', { method });
  return { client, produced: await captured.produced, delivered: await captured.delivered };
}

const fields = ({ headers }: CapturedHead, name: string): string[] =>
  headers.filter(([field]) => field === name).map(([, value]) => value);

describe('what a handler really sends', () => {
  test.each<[string, Handler, string]>([
    ['end', (res) => res.end('hello'), 'hello'],
    ['write and end', (res) => (res.write('hel'), res.end(Buffer.from('lo'))), 'hello'],
    ['encodings', (res) => (res.write('68656c', 'hex'), res.end('bG8=', 'base64')), 'hello'],
    ['Uint8Array', (res) => res.end(new Uint8Array([104, 105])), 'hi'],
    ['callbacks instead of chunks', (res) => (res.write('hi', () => {}), res.end(() => {})), 'hi'],
    ['a stream', (res) => pipeline(Readable.from(['a', 'b', 'c']), res), 'abc'],
    ['nothing', (res) => res.end(), ''],
  ])('%s', async (_name, handler, body) => {
    const { client, produced, delivered } = await exchange(handler);
    expect(client.body.toString()).toBe(body);
    expect(produced).toMatchObject({ outcome: 'complete', status: 200 });
    expect(produced.body.toString()).toBe(body);
    expect(delivered).toBe(true);
  });

  test('binary bytes are exact, and a reused buffer does no harm', async () => {
    const bytes = gzipSync('x'.repeat(10_000));
    const { produced } = await exchange(async (res) => {
      const reused = Buffer.alloc(16);
      for (let at = 0; at < bytes.length; at += 16) {
        const length = bytes.copy(reused, 0, at, at + 16);
        await new Promise<void>((done) => void res.write(reused.subarray(0, length), () => done()));
      }
      res.end();
    });
    expect(produced.body.equals(bytes)).toBe(true);
  });

  test('status, case and repeats of the fields, however they are given', async () => {
    const set: Handler = (res) => {
      res.statusCode = 201;
      res.setHeader('X-CaSe', 'kept');
      res.setHeader('Set-Cookie', ['a=1', 'b=2']);
    };
    const viaHead = await exchange((res) => {
      set(res, {} as never);
      res.writeHead(202, 'Fine', { 'X-Case': 'over', 'X-List': ['1', '2'] });
      res.end();
    });
    expect(viaHead.produced).toMatchObject({ status: 202, statusMessage: 'Fine' });
    expect(fields(viaHead.produced, 'X-Case')).toEqual(['over']);
    expect(fields(viaHead.produced, 'X-CaSe')).toEqual([]);
    expect(fields(viaHead.produced, 'X-List')).toEqual(['1', '2']);
    expect(fields(viaHead.produced, 'Set-Cookie')).toEqual(['a=1', 'b=2']);

    const implicit = await exchange((res) => (set(res, {} as never), res.end()));
    expect(implicit.produced.status).toBe(201);
    expect(fields(implicit.produced, 'X-CaSe')).toEqual(['kept']);

    const flat = await exchange((res) => res.writeHead(200, ['A', '1', 'A', '2']).end());
    expect(fields(flat.produced, 'A')).toEqual(['1', '2']);
    expect(flat.client.headers.a).toBe('1, 2');
  });

  test('fields set before the capture are not its own, unless set again', async () => {
    const { client, produced } = await exchange(
      (res) => {
        res.setHeader('X-Inner', 'in');
        res.setHeader('X-Both', 'in');
        res.end();
      },
      {
        before: (res) => {
          res.setHeader('X-Outer', 'out');
          res.setHeader('X-Both', 'in');
        },
      },
    );
    expect(client.headers).toMatchObject({ 'x-outer': 'out', 'x-inner': 'in', 'x-both': 'in' });
    expect(produced.headers.map(([name]) => name).sort()).toEqual(['X-Both', 'X-Inner']);
  });

  test('HEAD, 204 and 304 have no body', async () => {
    const head = await exchange((res) => (res.setHeader('Content-Length', 5), res.end('hello')), {
      method: 'HEAD',
    });
    expect(head.produced).toMatchObject({ outcome: 'complete', body: Buffer.alloc(0) });
    expect(fields(head.produced, 'Content-Length')).toEqual(['5']);
    for (const status of [204, 304]) {
      const { produced } = await exchange((res) => res.writeHead(status).end());
      expect(produced).toMatchObject({ outcome: 'complete', status, body: Buffer.alloc(0) });
    }
  });

  test('trailers and early hints pass untouched', async () => {
    await using host = await httpHost((ctx) => {
      captureResponse(ctx.res, { maxBytes: 100 });
      ctx.res.writeEarlyHints({ link: '</a.css>; rel=preload' });
      ctx.res.writeHead(200, { Trailer: 'X-Sum' });
      ctx.res.write('body');
      ctx.res.addTrailers({ 'X-Sum': '42' });
      ctx.res.end();
    });
    const sent = await host.raw('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(sent).toMatch(/^HTTP\/1\.1 103 /);
    expect(sent).toMatch(/X-Sum: 42\r\n\r\n$/);
  });
});

describe('outcomes', () => {
  test('tooLarge: passes everything on, keeps nothing, tells once', async () => {
    let told = 0;
    const { client, produced } = await exchange(
      (res) => {
        for (let i = 0; i < 20; i++) res.write('x'.repeat(10));
        res.end();
      },
      { maxBytes: 100, onTooLarge: () => told++ },
    );
    expect(client.body.length).toBe(200);
    expect(produced).toMatchObject({ outcome: 'tooLarge', body: Buffer.alloc(0) });
    expect(told).toBe(1);
  });

  test('a body of exactly maxBytes is kept', async () => {
    const { produced } = await exchange((res) => res.end('x'.repeat(100)), { maxBytes: 100 });
    expect(produced).toMatchObject({ outcome: 'complete' });
    expect(produced.body.length).toBe(100);
  });

  test('truncated: destroyed before its end', async () => {
    let capture!: ResponseCapture;
    await using host = await httpHost((ctx) => {
      capture = captureResponse(ctx.res, { maxBytes: 100 });
      ctx.res.write('half', () => ctx.res.destroy());
    });
    await host.get('/').catch(() => {});
    expect(await capture.produced).toMatchObject({ outcome: 'truncated' });
    expect(await capture.delivered).toBe(false);
  });

  test('a client that leaves does not matter: the handler may still end it, headers and all', async () => {
    let capture!: ResponseCapture;
    let finish!: () => void;
    await using host = await httpHost((ctx) => {
      capture = captureResponse(ctx.res, { maxBytes: 100 });
      ctx.res.setHeader('X-Late', '1');
      finish = () => ctx.res.writeHead(201).end('late');
    });
    const socket = net.connect(host.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitFor(() => finish !== undefined);
    socket.destroy();
    expect(await capture.delivered).toBe(false);
    finish();
    const produced = await capture.produced;
    expect(produced).toMatchObject({ outcome: 'complete', status: 201, headers: [['X-Late', '1']] });
    expect(produced.body.toString()).toBe('late');
  });

  test('truncated: its client left and the handler does not end it within the grace', async () => {
    const clock = new ManualClock();
    const ctx = fakeContext();
    const capture = captureResponse(ctx.res, { maxBytes: 100, graceAfterClose: 500, clock });
    ctx.res.write('half');
    ctx.res.emit('close');
    expect(await capture.delivered).toBe(false);
    let outcome: string | undefined;
    void capture.produced.then((captured) => (outcome = captured.outcome));
    await clock.advance(499);
    expect(outcome).toBeUndefined();
    await clock.advance(1);
    expect(outcome).toBe('truncated');
    expect(clock.timers).toBe(0);
  });

  test('truncated: Content-Length not reached', () => {
    const ctx = fakeContext();
    const capture = captureResponse(ctx.res, { maxBytes: 100 });
    ctx.res.setHeader('Content-Length', 10);
    ctx.res.end('short');
    return expect(capture.produced).resolves.toMatchObject({ outcome: 'truncated' });
  });

  test('produced does not wait for a client that reads slowly, delivered tells that it left', async () => {
    let capture!: ResponseCapture;
    let produced: CapturedResponse | undefined;
    const big = Buffer.alloc(8_000_000, 1);
    await using host = await httpHost((ctx) => {
      capture = captureResponse(ctx.res, { maxBytes: big.length });
      void capture.produced.then((captured) => (produced = captured));
      ctx.res.end(big);
    });
    const socket = net.connect(host.port, '127.0.0.1');
    socket.pause().write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitFor(() => produced !== undefined);
    expect(produced).toMatchObject({ outcome: 'complete' });
    expect(produced!.body.equals(big)).toBe(true);
    socket.destroy();
    expect(await capture.delivered).toBe(false);
  });
});

test('back-pressure passes through', () => {
  const ctx = fakeContext();
  captureResponse(ctx.res, { maxBytes: 10 });
  const results = Array.from({ length: 64 }, () => ctx.res.write(Buffer.alloc(64 * 1024)));
  expect(results).toContain(false);
});

test('onHead tells the head before the body is done', async () => {
  const heads: CapturedHead[] = [];
  const ctx = fakeContext();
  captureResponse(ctx.res, { maxBytes: 100, onHead: (head) => heads.push(head) });
  ctx.res.writeHead(200, { 'Cache-Control': 'no-store' });
  expect(heads).toHaveLength(1);
  ctx.res.write('a');
  ctx.res.end('b');
  expect(heads).toHaveLength(1);
  expect(heads[0]).toMatchObject({ status: 200, headers: [['Cache-Control', 'no-store']] });
});

test('two captures of one response both see it', async () => {
  const ctx = fakeContext();
  const outer = captureResponse(ctx.res, { maxBytes: 100 });
  ctx.res.setHeader('X-Between', '1');
  const inner = captureResponse(ctx.res, { maxBytes: 100 });
  ctx.res.end('body');
  const [a, b] = await Promise.all([outer.produced, inner.produced]);
  expect([a.body.toString(), b.body.toString()]).toEqual(['body', 'body']);
  expect([fields(a, 'X-Between'), fields(b, 'X-Between')]).toEqual([['1'], []]);
});

test('stop() lets the response go on unseen', async () => {
  const ctx = fakeContext();
  const capture = captureResponse(ctx.res, { maxBytes: 100 });
  ctx.res.write('a');
  capture.stop();
  ctx.res.end('b');
  await once(ctx.res, 'close');
  expect(await capture.produced).toMatchObject({ outcome: 'truncated' });
  expect(await capture.delivered).toBe(true);
  expect(ctx.sent()).toContain('b');
});

test('a second end() and a write after the end behave as without us', async () => {
  const ctx = fakeContext();
  const errors: unknown[] = [];
  ctx.res.on('error', (error) => errors.push((error as { code?: string }).code));
  const capture = captureResponse(ctx.res, { maxBytes: 100 });
  ctx.res.end('once');
  ctx.res.end('twice');
  ctx.res.write('late');
  expect((await capture.produced).body.toString()).toBe('once');
  await new Promise(setImmediate);
  expect(errors.length).toBeGreaterThan(0);
});

test.each(['write', 'end'] as const)(
  'a compression outside that begins with the first %s: what is captured is named as what it is',
  async (method) => {
    const { client, produced } = await exchange(
      (res) => {
        res.setHeader('ETag', '"plain"');
        res.setHeader('Content-Type', 'text/plain');
        if (method === 'write') res.write('plain');
        res.end(method === 'write' ? '' : 'plain');
      },
      {
        before: (res) => {
          const original = res[method].bind(res) as (chunk: unknown) => unknown;
          Object.assign(res, {
            [method]: (chunk: string) => {
              res.setHeader('Content-Encoding', 'gzip');
              res.setHeader('ETag', 'W/"plain"');
              return original(gzipSync(chunk));
            },
          });
        },
      },
    );
    expect(client.headers['content-encoding']).toBe('gzip');
    expect([produced.outcome, produced.body.toString()]).toEqual(['complete', 'plain']);
    const sent = new Map(produced.headers.map(([name, value]) => [name.toLowerCase(), value]));
    expect([sent.get('content-encoding'), sent.get('etag')]).toEqual([undefined, '"plain"']);
    expect(sent.get('content-type')).toBe('text/plain');
  },
);

test('onProduced is told once, within end(), what produced resolves to', async () => {
  const told: CapturedResponse[] = [];
  let atEnd = -1;
  const { produced } = await exchange(
    (res) => {
      res.write('a');
      res.end('b');
      atEnd = told.length;
    },
    { onProduced: (captured) => told.push(captured) },
  );
  expect(atEnd).toBe(1);
  expect(told).toEqual([produced]);
  expect([produced.outcome, produced.body.toString()]).toEqual(['complete', 'ab']);
});
