import { describe, expect, test } from '@jest/globals';
import type { CapturedResponse, ResponseCapture } from '../src/index.js';
import { captureResponse, replayResponse } from '../src/index.js';
import { fakeContext } from '../src/testing/index.js';
import { httpHost } from './http-host.js';

const captured = (over: Partial<CapturedResponse> = {}): CapturedResponse => ({
  outcome: 'complete',
  status: 200,
  statusMessage: undefined,
  headers: [],
  body: Buffer.from('body'),
  ...over,
});

test('a replay over a socket is what was sent, byte for byte', async () => {
  let capture: ResponseCapture | undefined;
  await using host = await httpHost(async (ctx) => {
    if (capture !== undefined) return replayResponse(ctx, await capture.produced);
    capture = captureResponse(ctx.res, { maxBytes: 1_000 });
    ctx.res.writeHead(201, {
      'Set-Cookie': ['a=1', 'b=2'],
      'X-One': '1',
      'Content-Type': 'application/octet-stream',
    });
    ctx.res.write(Buffer.from([0, 255, 128]));
    return ctx.res.end(Buffer.from([10, 13]));
  });
  const first = await host.get('/');
  const again = await host.get('/');
  expect(again.status).toBe(201);
  expect(again.body.equals(first.body)).toBe(true);
  expect(again.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(again.headers['x-one']).toBe('1');
  expect(again.headers['content-length']).toBe('5'); // its length is known now
});

describe('fields', () => {
  test('hop-by-hop ones, those that Connection names, and Date are dropped', () => {
    const ctx = fakeContext();
    const headers = [
      ['Connection', 'close, X-Hop'],
      ['X-Hop', '1'],
      ['Keep-Alive', 'timeout=5'],
      ['Transfer-Encoding', 'chunked'],
      ['Date', 'Mon, 01 Jan 2001 00:00:00 GMT'],
      ['X-End', '1'],
    ] as const;
    expect(replayResponse(ctx, captured({ headers }))).toBe(true);
    const sent = ctx.sent();
    expect(sent).toContain('X-End: 1');
    for (const name of ['X-Hop', 'timeout=5', 'chunked', '2001']) expect(sent).not.toContain(name);
  });

  test('what outer middlewares have set stays', () => {
    const ctx = fakeContext();
    ctx.res.setHeader('X-RateLimit-Remaining', '5');
    replayResponse(ctx, captured());
    expect(ctx.sent()).toContain('X-RateLimit-Remaining: 5');
  });
});

test('HEAD gets the length and no body; 204 and 304 get no length', () => {
  const head = fakeContext({ method: 'HEAD' });
  replayResponse(head, captured({ headers: [['Content-Length', '4']] }));
  expect(head.sent()).toMatch(/Content-Length: 4[^]*\r\n\r\n$/);
  for (const status of [204, 304]) {
    const ctx = fakeContext();
    replayResponse(ctx, captured({ status, body: Buffer.alloc(0) }));
    expect(ctx.sent()).not.toContain('Content-Length');
  }
});

test('does nothing once the response has begun', () => {
  const ctx = fakeContext();
  ctx.send('first');
  expect(replayResponse(ctx, captured())).toBe(false);
  expect(ctx.sent()).toMatch(/first$/);
});
