import { describe, expect, jest, test } from '@jest/globals';
import type { Context, Middleware } from '@spark-perf/core';
import type { FakeContext, FakeContextOptions } from '@spark-perf/core/testing';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import type { RateLimiterOptions } from '../src/options.js';
import { SlidingWindowRateLimiter } from '../src/sliding-window-rate-limiter.js';

const limiterOf = (options: RateLimiterOptions = {}) => {
  const clock = new ManualClock();
  return { clock, limiter: new SlidingWindowRateLimiter({ maxRequests: 2, clock, ...options }) };
};

/** Runs a request through a middleware and, unless told otherwise, to its end. */
async function run(middleware: Middleware, options: FakeContextOptions = {}, finish = true) {
  const ctx = fakeContext(options);
  let passed = false;
  await middleware(ctx, async () => {
    passed = true;
    if (finish) await end(ctx, 200);
  });
  return { ctx, passed, status: ctx.res.statusCode };
}

function end(ctx: FakeContext, status: number): Promise<void> {
  return new Promise((resolve) => {
    ctx.res.once('close', () => resolve());
    ctx.status(status).send('done');
  });
}

const passes = async (middleware: Middleware, times: number, options?: FakeContextOptions) => {
  let passed = 0;
  for (let i = 0; i < times; i++) if ((await run(middleware, options)).passed) passed++;
  return passed;
};

test('sends the fields of the guide, and refuses with its body', async () => {
  const { clock, limiter } = limiterOf();
  const middleware = limiter.middleware();
  const { ctx } = await run(middleware);
  expect(ctx.res.getHeader('X-RateLimit-Limit')).toBe('2');
  expect(ctx.res.getHeader('X-RateLimit-Remaining')).toBe('1');
  expect(ctx.res.getHeader('X-RateLimit-Reset')).toBe(String(clock.wallNow() + 60_000));
  clock.stepNow(20_500);
  await run(middleware);
  const refused = await run(middleware);
  expect(refused.passed).toBe(false);
  expect(refused.status).toBe(429);
  expect(refused.ctx.res.getHeader('Retry-After')).toBe('40');
  expect(refused.ctx.res.getHeader('Cache-Control')).toBe('no-store');
  expect(refused.ctx.res.getHeader('X-RateLimit-Remaining')).toBe('0');
  expect(refused.ctx.res.getHeader('X-RateLimit-Reset')).toBe(String(clock.wallNow() + 39_500));
  expect(refused.ctx.sent()).toMatch(/\r\n\r\n\{"error":"Rate limit exceeded","retryAfter":40\}$/);
});

test('answers with the quota-exceeded problem where Accept names problems', async () => {
  const { limiter } = limiterOf({
    maxRequests: undefined,
    policies: [
      { name: 'burst', maxRequests: 1, windowSize: 1_000 },
      { name: 'daily', maxRequests: 50, windowSize: 86_400_000 },
    ],
  });
  const middleware = limiter.middleware();
  await run(middleware);
  const { ctx } = await run(middleware, { headers: { accept: 'application/problem+json' } });
  expect(ctx.res.getHeader('Content-Type')).toBe('application/problem+json');
  expect(JSON.parse(ctx.sent().split('\r\n\r\n')[1] as string)).toEqual({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Rate limit exceeded',
    status: 429,
    'violated-policies': ['burst'],
    retryAfter: 1,
  });
  expect(ctx.res.getHeader('Cache-Control')).toBe('no-store');
});

test.each([
  ['legacy', ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']],
  ['draft-6', ['ratelimit-policy', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset']],
  ['draft-7', ['ratelimit-policy', 'ratelimit']],
  ['draft-8', ['ratelimit-policy', 'ratelimit']],
  ['draft-11', ['ratelimit-policy', 'ratelimit']],
  [
    ['legacy', 'draft-7'],
    ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'ratelimit-policy', 'ratelimit'],
  ],
  [false, []],
  [[], []],
] as const)('headers: %p sends these fields, and Retry-After on refusal', async (headers, names) => {
  const { limiter } = limiterOf({ maxRequests: 1, headers });
  const middleware = limiter.middleware();
  const sent = (ctx: FakeContext) => ctx.res.getHeaderNames().filter((name) => /ratelimit|retry/.test(name));
  expect(sent((await run(middleware)).ctx)).toEqual(names);
  expect(sent((await run(middleware)).ctx)).toEqual([...names, 'retry-after']);
});

test('a cost above the limit: Retry-After gives the window', async () => {
  const { limiter } = limiterOf({ cost: 3 });
  const { ctx, status } = await run(limiter.middleware());
  expect(status).toBe(429);
  expect(ctx.res.getHeader('Retry-After')).toBe('60');
});

describe('keys', () => {
  test('the client address, read from where the host has it', async () => {
    const { limiter } = limiterOf();
    const middleware = limiter.middleware();
    expect(await passes(middleware, 3, { remoteAddress: '192.0.2.1' })).toBe(2);
    expect(await passes(middleware, 3, { remoteAddress: '192.0.2.2', ip: () => '192.0.2.2' })).toBe(2);
    expect(await passes(middleware, 3, { remoteAddress: '::ffff:192.0.2.1' })).toBe(0);
  });

  test('(ctx) => ctx.ip where ip is a method: one bucket per client, not one for all', async () => {
    const { limiter } = limiterOf();
    const middleware = limiter.middleware((ctx: Context) => ctx.ip);
    expect(await passes(middleware, 3, { ip: () => '192.0.2.1' })).toBe(2);
    expect(await passes(middleware, 3, { ip: () => '192.0.2.2' })).toBe(2);
  });

  test('a function that a generator returns is called on the context', async () => {
    const { limiter } = limiterOf();
    const middleware = limiter.middleware(
      () =>
        async function (this: Context) {
          return `path ${this.path}`;
        },
    );
    expect(await passes(middleware, 3, { url: '/a' })).toBe(2);
    expect(await passes(middleware, 3, { url: '/b' })).toBe(2);
    const nothing = limiter.middleware(() => () => undefined);
    await expect(Promise.resolve(nothing(fakeContext(), async () => {}))).rejects.toMatchObject({
      code: 'SPARK_INVALID_RATE_LIMIT_KEY',
    });
  });

  test('of an options object, and of the limiter', async () => {
    const { limiter } = limiterOf({ keyGenerator: (ctx) => ctx.path });
    expect(await passes(limiter.middleware(), 3, { url: '/a' })).toBe(2);
    expect(await passes(limiter.middleware({}), 1, { url: '/a' })).toBe(0);
    expect(await passes(limiter.middleware({ keyGenerator: () => 'one' }), 3, { url: '/a' })).toBe(2);
    for (const how of [{ keyGenerator: 'ip' }, { key: () => 'k' }, 'ip']) {
      expect(() => limiter.middleware(how as never)).toThrow(
        expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
      );
    }
  });

  test('a spoofed X-Forwarded-For changes nothing, unless its proxy is trusted', async () => {
    const spoofed = (address: string) => ({ headers: { 'x-forwarded-for': `${address}, 203.0.113.9` } });
    const { limiter } = limiterOf();
    const plain = limiter.middleware();
    expect(
      (await Promise.all(['1.1.1.1', '2.2.2.2', '3.3.3.3'].map((one) => run(plain, spoofed(one))))).filter(
        ({ passed }) => passed,
      ),
    ).toHaveLength(2);
    const trusting = limiterOf({ trustProxy: 1 }).limiter.middleware();
    expect(await passes(trusting, 3, spoofed('4.4.4.4'))).toBe(2);
    expect(await passes(trusting, 1, spoofed('5.5.5.5'))).toBe(0);
    expect(await passes(trusting, 1, { headers: { 'x-forwarded-for': '203.0.113.10' } })).toBe(1);
  });

  test('an IPv6 client that rotates inside its /56 stays one client', async () => {
    const { limiter } = limiterOf();
    const middleware = limiter.middleware();
    let passed = 0;
    for (let i = 0; i < 50; i++) {
      passed += await passes(middleware, 1, {
        remoteAddress: `2001:db8:0:12${(i % 16).toString(16)}${i % 8}::${i}`,
      });
    }
    expect(passed).toBe(2);
    expect(await passes(middleware, 1, { remoteAddress: '2001:db8:0:1300::1' })).toBe(1);
    const narrow = limiterOf({ ipv6Subnet: 128 }).limiter.middleware();
    expect(await passes(narrow, 1, { remoteAddress: '2001:db8::1' })).toBe(1);
    expect(await passes(narrow, 2, { remoteAddress: '2001:db8::2' })).toBe(2);
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', 'an empty string'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [{}, 'an object'],
    [true, 'a boolean'],
    [Promise.resolve(undefined), 'undefined'],
  ])('a generator that returns %p is named in the error', async (value, told) => {
    const { limiter } = limiterOf();
    const middleware = limiter.middleware(function byUser() {
      return value;
    });
    await expect(Promise.resolve(middleware(fakeContext(), async () => {}))).rejects.toMatchObject({
      code: 'SPARK_INVALID_RATE_LIMIT_KEY',
      generator: 'byUser',
      message: expect.stringContaining(told),
    });
  });

  test('numbers, bigints and promises are keys', async () => {
    const { limiter } = limiterOf();
    for (const key of [7, 8n, Promise.resolve('nine')])
      expect(
        await passes(
          limiter.middleware(() => key),
          3,
        ),
      ).toBe(2);
    expect(
      await passes(
        limiter.middleware(() => '7'),
        1,
      ),
    ).toBe(0);
  });

  test('huge keys are hashed, and differ where they differ', async () => {
    const { limiter } = limiterOf({ maxRequests: 1 });
    const huge = 'x'.repeat(1_000_000);
    expect(
      await passes(
        limiter.middleware(() => `${huge}1`),
        2,
      ),
    ).toBe(1);
    expect(
      await passes(
        limiter.middleware(() => `${huge}2`),
        2,
      ),
    ).toBe(1);
    for (const { key } of limiter.getStats().topDenied)
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(128);
  });

  test('a key is kept up to 128 bytes, of whatever characters', async () => {
    const { limiter } = limiterOf({ maxRequests: 0 });
    const kept = ['x'.repeat(128), 'ä'.repeat(64), '\u{1f600}'.repeat(32), '__proto__'];
    const hashed = ['x'.repeat(129), `${'ä'.repeat(64)}x`, '\u{1f600}'.repeat(33)];
    for (const key of [...kept, ...hashed]) limiter.check(key);
    const seen = limiter.getStats().topDenied.map(({ key }) => key);
    expect(seen.filter((key) => !key.startsWith('sha256:')).sort()).toEqual([...kept].sort());
    expect(seen).toHaveLength(kept.length + hashed.length);
  });

  test('no address, no stand-in: the request fails', async () => {
    const { limiter } = limiterOf();
    const answer = Promise.resolve(
      limiter.middleware()(fakeContext({ remoteAddress: undefined }), async () => {}),
    );
    await expect(answer).rejects.toMatchObject({ code: 'SPARK_INVALID_RATE_LIMIT_KEY' });
  });
});

describe('who is left alone', () => {
  test('skip', async () => {
    const { limiter } = limiterOf({ skip: async (ctx) => ctx.path === '/health' });
    const middleware = limiter.middleware();
    expect(await passes(middleware, 9, { url: '/health' })).toBe(9);
    expect(await passes(middleware, 3)).toBe(2);
  });

  test('the allow list: keys, addresses, networks', async () => {
    const { limiter } = limiterOf({ allowList: ['friend', '192.0.2.7', '10.0.0.0/8', '2001:db8::/32'] });
    const middleware = limiter.middleware();
    for (const remoteAddress of ['192.0.2.7', '10.9.9.9', '2001:db8::5']) {
      expect(await passes(middleware, 5, { remoteAddress })).toBe(5);
    }
    expect(await passes(middleware, 5, { remoteAddress: '192.0.2.8' })).toBe(2);
    expect(
      await passes(
        limiter.middleware(() => 'friend'),
        5,
      ),
    ).toBe(5);
  });

  test('dryRun: counts, tells, and lets pass', async () => {
    const onLimit = jest.fn();
    const { limiter } = limiterOf({ dryRun: true, onLimit });
    expect(await passes(limiter.middleware(), 5)).toBe(5);
    expect(limiter.getStats()).toMatchObject({ allowed: 2, denied: 3 });
    expect(onLimit).toHaveBeenCalledTimes(3);
  });
});

test('mounted twice it counts once and warns once', async () => {
  const logger = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  const { limiter } = limiterOf({ logger, maxRequests: 10 });
  const first = limiter.middleware();
  const second = limiter.middleware(() => 'another key');
  let passed = 0;
  for (let i = 0; i < 3; i++) {
    await first(fakeContext(), async () => {});
    const ctx = fakeContext();
    await first(ctx, async () => void (await second(ctx, async () => void passed++)));
  }
  expect(passed).toBe(3);
  expect(limiter.getStats().allowed).toBe(6);
  expect(logger.warn).toHaveBeenCalledTimes(1);
});

test('two limiters on one request both count', async () => {
  const first = limiterOf({ maxRequests: 5 }).limiter;
  const second = limiterOf({ maxRequests: 3 }).limiter;
  const [outer, inner] = [first.middleware(), second.middleware()];
  let passed = 0;
  for (let i = 0; i < 7; i++) {
    const ctx = fakeContext();
    await outer(ctx, async () => void (await inner(ctx, async () => void passed++)));
  }
  expect(passed).toBe(3);
  expect([first.getStats(), second.getStats()]).toMatchObject([
    { allowed: 5, denied: 2 },
    { allowed: 3, denied: 2 },
  ]);
});

describe('what a request cost comes back', () => {
  const outcome = async (options: RateLimiterOptions, status: number | 'abort') => {
    const { limiter } = limiterOf({ maxRequests: 50, ...options });
    const ctx = fakeContext();
    await limiter.middleware(() => 'k')(ctx, async () => {});
    if (status === 'abort') {
      ctx.abort();
      ctx.res.emit('close');
    } else await end(ctx, status);
    await new Promise((resolve) => setImmediate(resolve));
    return 50 - (await limiter.peek('k')).remaining;
  };

  test.each([
    ['skipSuccessfulRequests', 200, 0],
    ['skipSuccessfulRequests', 304, 0],
    ['skipSuccessfulRequests', 400, 1],
    ['skipSuccessfulRequests', 'abort', 1],
    ['skipFailedRequests', 200, 1],
    ['skipFailedRequests', 404, 0],
    ['skipFailedRequests', 500, 0],
    ['skipFailedRequests', 'abort', 0],
  ] as const)('%s, %s: %i counted', async (option, status, counted) => {
    expect(await outcome({ [option]: true }, status)).toBe(counted);
  });

  test('to the bucket that was charged, across its edge', async () => {
    const { clock, limiter } = limiterOf({ maxRequests: 40, skipFailedRequests: true });
    const slow = fakeContext();
    await limiter.middleware(() => 'k')(slow, async () => {});
    clock.stepNow(30_000);
    for (let i = 0; i < 39; i++) limiter.check('k');
    await end(slow, 500);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await limiter.peek('k')).remaining).toBe(1);
    clock.stepNow(31_000); // the window of the one given back is over: the 39 are still in theirs
    expect((await limiter.peek('k')).remaining).toBe(1);
  });
});

describe('concurrency', () => {
  test('refuses what is too much in flight, with Retry-After: 1', async () => {
    const { limiter } = limiterOf({ maxRequests: 50, concurrency: 2 });
    const middleware = limiter.middleware(() => 'k');
    const open = [await run(middleware, {}, false), await run(middleware, {}, false)];
    const refused = await run(middleware);
    expect([refused.status, refused.ctx.res.getHeader('Retry-After')]).toEqual([429, '1']);
    await end(open[0]?.ctx as FakeContext, 200);
    expect((await run(middleware, {}, false)).passed).toBe(true);
    expect((await run(middleware)).passed).toBe(false);
    expect((await limiter.peek('k')).remaining).toBe(47); // a refused slot costs nothing
    expect((await limiter.isAllowed('k')).allowed).toBe(true); // slots are for requests
    const { ctx } = await run(middleware, { headers: { accept: 'application/problem+json' } });
    expect(ctx.sent()).toContain('"violated-policies":["concurrency"]');
  });

  test('an aborted request gives its slot back, once', async () => {
    const { limiter } = limiterOf({ maxRequests: 50, concurrency: 1 });
    const middleware = limiter.middleware(() => 'k');
    for (let i = 0; i < 5; i++) {
      const { ctx, passed } = await run(middleware, {}, false);
      expect(passed).toBe(true);
      expect((await run(middleware)).passed).toBe(false);
      ctx.abort();
      ctx.res.emit('close');
      ctx.res.emit('close');
    }
  });

  test('a client that left before the verdict leaves no slot taken', async () => {
    const { limiter } = limiterOf({ maxRequests: 50, concurrency: 1 });
    const gone = fakeContext();
    gone.abort();
    await limiter.middleware(() => 'k')(gone, async () => {});
    await new Promise((resolve) => setImmediate(resolve));
    expect((await run(limiter.middleware(() => 'k'))).passed).toBe(true);
  });
});

describe('per-plan limits', () => {
  const limits: Record<string, number> = { free: 1, pro: 40 };
  const plans = () =>
    limiterOf({ maxRequests: (ctx) => limits[String(ctx.user?.id)] ?? Number(ctx.user?.id) });

  test('each plan has counters of its own', async () => {
    const { limiter } = plans();
    const middleware = limiter.middleware(() => 'k');
    expect(await passes(middleware, 3, { user: { id: 'free' } })).toBe(1);
    expect(await passes(middleware, 50, { user: { id: 'pro' } })).toBe(40);
    expect(limiter.getStats().plans).toBe(2);
    await limiter.reset('k');
    expect(await passes(middleware, 3, { user: { id: 'free' } })).toBe(1);
  });

  test('without a request there is no limit to go by', async () => {
    const { limiter } = plans();
    expect(() => limiter.check('k')).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }));
    await expect(limiter.isAllowed('k')).rejects.toMatchObject({ code: 'SPARK_INVALID_OPTION' });
    expect((await limiter.isAllowed('k', 1, fakeContext({ user: { id: 'pro' } }))).limit).toBe(40);
  });

  test('windows by the request, and every method on its plan', async () => {
    const { clock, limiter } = limiterOf({
      maxRequests: 2,
      windowSize: (ctx) => (ctx.user?.id === 'pro' ? 1_000 : 10_000),
    });
    const [free, pro] = ['free', 'pro'].map((id) => fakeContext({ user: { id } }));
    for (const ctx of [free, pro]) {
      expect(limiter.check('k', 2, ctx).allowed).toBe(true);
      expect(limiter.check('k', 1, ctx).retryAfter).toBe(ctx === pro ? 1_000 : 10_000);
    }
    clock.stepNow(1_000);
    expect((await limiter.peek('k', 1, pro)).remaining).toBe(2);
    expect((await limiter.peek('k', 1, free)).remaining).toBe(0);
    await limiter.refund('k', 1, free);
    expect((await limiter.peek('k', 1, free)).remaining).toBe(1);
    await limiter.resetAll();
    expect((await limiter.peek('k', 1, free)).remaining).toBe(2);
    for (const call of [limiter.peek('k'), limiter.refund('k')])
      await expect(call).rejects.toMatchObject({ code: 'SPARK_INVALID_OPTION' });
  });

  test('a function that knows no limit fails the request', async () => {
    const { limiter } = limiterOf({ maxRequests: () => undefined as never });
    await expect(run(limiter.middleware())).rejects.toMatchObject({
      code: 'SPARK_INVALID_OPTION',
      option: 'maxRequests',
    });
  });

  test('at most 16, and no nonsense', async () => {
    const { limiter } = plans();
    const ask = (id: unknown) => limiter.isAllowed('k', 1, fakeContext({ user: { id } }));
    for (let limit = 1; limit <= 16; limit++) await ask(limit);
    await expect(ask(17)).rejects.toMatchObject({ code: 'SPARK_TOO_MANY_PLANS' });
    await expect(ask('x')).rejects.toMatchObject({ code: 'SPARK_INVALID_OPTION' });
    expect((await ask(16)).allowed).toBe(true);
  });
});

test('cost(ctx): weighs, 0 only looks, nonsense fails the request', async () => {
  const { limiter } = limiterOf({ maxRequests: 10, cost: (ctx) => Number(ctx.query.cost) });
  const middleware = limiter.middleware(() => 'k');
  expect((await run(middleware, { url: '/?cost=9' })).passed).toBe(true);
  expect((await run(middleware, { url: '/?cost=2' })).passed).toBe(false);
  expect((await run(middleware, { url: '/?cost=0' })).passed).toBe(true);
  expect((await limiter.peek('k')).remaining).toBe(1);
  for (const cost of ['-1', '0.5', 'x']) {
    await expect(run(middleware, { url: `/?cost=${cost}` })).rejects.toMatchObject({
      code: 'SPARK_INVALID_OPTION',
    });
  }
});

test('onLimit may answer itself', async () => {
  const { limiter } = limiterOf({
    maxRequests: 0,
    onLimit: (ctx, { retryAfter }) => ctx.status(418).json({ retryAfter: String(retryAfter) }),
  });
  const { ctx, status } = await run(limiter.middleware());
  expect(status).toBe(418);
  expect(ctx.sent()).toContain('Infinity');
});

test('a store out of reach and onStoreError closed: 503, not the fault of the client', async () => {
  const store = {
    synchronous: false as const,
    open: () => {
      const fail = () => Promise.reject(new Error('down'));
      return { consume: fail, peek: fail, refund: fail, release: fail, reset: fail, resetAll: fail };
    },
    close: () => {},
  };
  const { limiter } = limiterOf({ store, onStoreError: 'closed' });
  const { ctx, status } = await run(limiter.middleware(), {
    headers: { accept: 'application/problem+json' },
  });
  expect(status).toBe(503);
  expect(ctx.sent()).toContain('#temporary-reduced-capacity');
  expect(Number(ctx.res.getHeader('Retry-After'))).toBeGreaterThan(0);
});
