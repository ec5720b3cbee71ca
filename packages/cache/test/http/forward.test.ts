import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '@spark-perf/core';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import type { FakeContext } from '@spark-perf/core/testing';
import type { Middleware } from '@spark-perf/core';
import type { HttpCacheOptions } from '../../src/index.js';
import { MultiLevelCache } from '../../src/index.js';

const WALL = 1_800_000_000_000;
let clock: ManualClock;
let cache: MultiLevelCache;
let middleware: Middleware;
const open = (options: HttpCacheOptions = {}): void => {
  clock = new ManualClock({ wall: WALL });
  cache = new MultiLevelCache({ clock, l1TTL: 10_000_000 });
  middleware = cache.middleware({ ttl: 60_000, ...options });
};
beforeEach(() => open());
afterEach(() => cache.close());

const request = (headers: Record<string, string> = {}): FakeContext =>
  fakeContext({ url: '/r', headers: { host: 'h', ...headers } });
const turn = () => clock.advance(0);

/** Asks, with a handler that a host awaits; what it resolves to says when the host would go on. */
async function ask(ctx: FakeContext, handler: (ctx: Context) => unknown): Promise<string> {
  await middleware(ctx, async () => void (await handler(ctx)));
  await turn();
  await turn();
  return ctx.sent();
}

const status = (sent: string): number => Number(sent.slice(9, 12));
const keep = () =>
  ask(request(), (ctx) => send(ctx, { 'cache-control': 'max-age=10', etag: '"v1"' }, 'first'));

function send({ res }: Context, fields: Record<string, string>, body: string, code = 200): void {
  res.writeHead(code, fields);
  res.end(body);
}

describe('an answer that may not be what the client gets is held back', () => {
  test('until it is complete; then the condition is judged against it', async () => {
    const ctx = request({ 'if-none-match': '"v2"' });
    const going = Promise.resolve(
      middleware(ctx, async () => {
        ctx.res.writeHead(200, { etag: '"v2"' });
        ctx.res.write('part');
        await turn();
        expect(ctx.sent()).toBe('');
        // A host that asks whether somebody has answered is told so.
        expect([ctx.res.headersSent, ctx.res.writableEnded]).toEqual([true, false]);
        ctx.res.end('rest');
        expect(ctx.res.writableEnded).toBe(true);
      }),
    );
    await going;
    await turn();
    await turn();
    expect(status(ctx.sent())).toBe(304);
    expect(ctx.sent()).not.toContain('part');
  });

  test('the middleware resolves with its handler, which may wait for the answer to be over', async () => {
    const ctx = request({ range: 'bytes=1-2' });
    const sent = await ask(
      ctx,
      ({ res }) =>
        new Promise<void>((resolve) => {
          res.on('finish', resolve);
          res.end('abcd');
        }),
    );
    expect(status(sent)).toBe(206);
    expect(sent).toMatch(/\r\n\r\nbc$/);
  });

  test('one that can not be kept is let through as the handler made it', async () => {
    const sent = await ask(request({ 'if-none-match': '"other"' }), (ctx) =>
      send(ctx, { 'cache-control': 'private', 'x-own': '1' }, 'mine', 201),
    );
    expect(status(sent)).toBe(201);
    expect(sent).toMatch(/x-own: 1/i);
    expect(sent).toContain('mine');
  });
});

describe('a stale answer is validated', () => {
  beforeEach(async () => {
    await keep();
    await clock.advance(11_000);
  });

  test('confirmed: the client gets the kept one, without what the handler has set for its 304', async () => {
    const ctx = request();
    const sent = await ask(ctx, ({ headers, res }) => {
      expect(headers['if-none-match']).toBe('"v1"');
      res.setHeader('X-Of-The-304', '1');
      send(ctx, { etag: '"v1"', 'cache-control': 'max-age=10' }, '', 304);
    });
    expect(status(sent)).toBe(200);
    expect(sent).toMatch(/first$/);
    expect(sent).toMatch(/x-cache: HIT/i);
    expect(ctx.headers['if-none-match']).toBeUndefined();
  });

  test('replaced: the client gets the new one', async () => {
    expect(await ask(request(), (ctx) => send(ctx, { etag: '"v2"' }, 'second'))).toMatch(/second$/);
  });

  test.each<[string, (ctx: Context) => unknown]>([
    ['a 503', (ctx) => send(ctx, {}, 'down', 503)],
    ['a handler that throws', () => Promise.reject(new Error('down'))],
  ])('%s: the stale one stands in where it may', async (_name, fail) => {
    open({ staleIfError: 60_000 });
    await keep();
    await clock.advance(11_000);
    const sent = await ask(request(), fail);
    expect([status(sent), /x-cache: STALE/i.test(sent), sent.endsWith('first')]).toEqual([200, true, true]);
    // It has not become fresh by that.
    expect(await ask(request(), (ctx) => send(ctx, {}, 'again'))).toMatch(/again$/);
  });

  test('where it may not, the failure is the answer, and the kept one stays', async () => {
    expect(status(await ask(request(), (ctx) => send(ctx, {}, 'down', 503)))).toBe(503);
    const error = new Error('down');
    await expect(ask(request(), () => Promise.reject(error))).rejects.toBe(error);
    const sent = await ask(request(), (ctx) => send(ctx, { 'cache-control': 'max-age=10' }, '', 304));
    expect(sent).toMatch(/first$/);
  });

  test('a client that leaves while it is held back: nothing is kept, nothing is left behind', async () => {
    const ctx = request();
    await ask(ctx, ({ res }) => {
      res.write('half');
      ctx.abort();
    });
    const { core } = cache as unknown as { core: { keys: { size: number } } };
    await turn();
    expect(core.keys.size).toBe(0);
    expect(await ask(request(), (own) => send(own, {}, 'whole'))).toMatch(/whole$/);
  });
});
