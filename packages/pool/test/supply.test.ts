import { describe, expect, test } from '@jest/globals';
import { Conn, outcome, setUp } from './support/set-up.js';

describe('a backend that fails', () => {
  test('is tried maxRetries times more, with growing pauses, before anybody is refused', async () => {
    const { clock, pool, backend } = setUp({ maxRetries: 3, retryDelay: 100, random: () => 0 });
    const attempts: number[] = [];
    pool.on('createError', ({ attempt }) => attempts.push(attempt));
    backend.down = true;
    const wait = outcome(pool.acquire());
    await clock.advance(699);
    expect(attempts).toEqual([1, 2, 3]);
    await clock.advance(1); // 100 + 200 + 400
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(await wait).toBe('SPARK_POOL_UNAVAILABLE');
  });

  test('a retry that works serves those who waited', async () => {
    const { clock, pool, backend } = setUp({ retryDelay: 100 });
    backend.down = true;
    const waits = Array.from({ length: 3 }, () => outcome(pool.acquire()));
    await clock.advance(50);
    backend.down = false;
    await clock.advance(100);
    expect(await Promise.all(waits)).toEqual(['ok', 'ok', 'ok']);
    expect(pool.getStats().breaker).toEqual({ state: 'closed', consecutiveFailures: 0, retryAfter: 0 });
  });

  test('gets at most ten creates in its first second, however many call', async () => {
    const { clock, pool, backend } = setUp({ maxSize: 50, minSize: 10 });
    await pool.ready();
    const warm = await Promise.all(Array.from({ length: 10 }, () => pool.acquire()));
    await clock.advance(5_000);
    backend.down = true;
    for (const one of warm) pool.release(one, Object.assign(new Error(), { code: 'ECONNRESET' }));
    backend.creates = 0;
    const refused: unknown[] = [];
    for (let i = 0; i < 100; i++) {
      for (let k = 0; k < 10; k++) void outcome(pool.acquire()).then((what) => refused.push(what));
      await clock.advance(10);
    }
    expect(backend.creates).toBeLessThanOrEqual(10);
    expect(refused.length).toBeGreaterThan(500);
    expect(new Set(refused)).toEqual(new Set(['SPARK_POOL_UNAVAILABLE']));
  });

  test('while open: one probe at a time, refused at once with the cause, noticed by itself when it is back', async () => {
    const { clock, pool, backend } = setUp({ maxRetries: 0, retryDelay: 100, maxRetryDelay: 200 });
    const breaker: string[] = [];
    pool.on('breaker', ({ state }) => breaker.push(state));
    backend.down = true;
    await expect(pool.acquire()).rejects.toMatchObject({
      code: 'SPARK_POOL_UNAVAILABLE',
      cause: { message: 'down' },
    });
    const before = backend.creates;
    const refused = pool.acquire();
    await expect(refused).rejects.toMatchObject({ status: 503 });
    expect(backend.creates).toBe(before);
    expect(pool.getStats().breaker.state).toBe('open');
    await clock.advance(1_000);
    expect(backend.creates - before).toBeLessThanOrEqual(8);
    backend.down = false;
    await clock.advance(200);
    expect(breaker).toEqual(['open', 'closed']);
    expect(await outcome(pool.acquire())).toBe('ok');
  });

  test('with failFast: false callers wait, and learn the cause when they time out', async () => {
    const { clock, pool, backend } = setUp({
      ...{ failFast: false, maxRetries: 0, acquireTimeout: 3_000, maxRetryDelay: 500 },
    });
    backend.down = true;
    const wait = pool.acquire();
    const checked = expect(wait).rejects.toMatchObject({
      code: 'SPARK_POOL_TIMEOUT',
      cause: { message: 'down' },
    });
    await clock.advance(3_000);
    await checked;
    const again = outcome(pool.acquire());
    backend.down = false;
    await clock.advance(500);
    expect(await again).toBe('ok');
  });

  test('an idle connection is still lent while new ones cannot be had', async () => {
    const { clock, pool, backend } = setUp({ maxRetries: 0 });
    const one = await pool.acquire();
    backend.down = true;
    expect(await outcome(pool.acquire())).toBe('SPARK_POOL_UNAVAILABLE');
    pool.release(one);
    expect(await pool.acquire()).toBe(one);
    await clock.advance(0);
  });

  test('create hears that nobody waits for it any more', async () => {
    const signals: AbortSignal[] = [];
    const { clock, pool } = setUp(
      { createTimeout: 100, maxRetries: 0 },
      {
        create: ({ signal }) => {
          signals.push(signal);
          return new Promise(() => {});
        },
      },
    );
    const wait = outcome(pool.acquire());
    await clock.advance(100);
    expect(await wait).toBe('SPARK_POOL_UNAVAILABLE');
    expect(signals[0]!.aborted).toBe(true);
  });
});

test('a creation that ends after its timeout is destroyed, and serves nobody', async () => {
  const late: ((one: Conn) => void)[] = [];
  const { clock, pool, backend } = setUp(
    { createTimeout: 100, maxRetries: 0, retryDelay: 1_000 },
    { create: () => new Promise<Conn>((resolve) => late.push(resolve)) },
  );
  const wait = outcome(pool.acquire());
  await clock.advance(100);
  expect(await wait).toBe('SPARK_POOL_UNAVAILABLE');
  late[0]!(new Conn(7));
  await clock.advance(0);
  expect(backend.destroyed).toEqual([7]);
  expect(pool.getStats()).toMatchObject({ totalSize: 0, created: 0 });
  expect(pool.tryAcquire()).toBeUndefined();
  await pool.close();
});

describe('ready', () => {
  test('resolves at minSize; rejects when it cannot be reached, at its timeout and on close', async () => {
    const { pool } = setUp({ minSize: 3 });
    await pool.ready();
    expect(pool.getStats().totalSize).toBe(3);
    const hanging = setUp({ minSize: 1 }, { create: () => new Promise(() => {}) });
    const wait = outcome(hanging.pool.ready({ timeout: 500 }));
    await hanging.clock.advance(500);
    expect(await wait).toBe('SPARK_POOL_TIMEOUT');
    const closed = outcome(hanging.pool.ready());
    void hanging.pool.close();
    await hanging.clock.advance(10);
    expect(await closed).toBe('SPARK_POOL_CLOSED');
  });
});
