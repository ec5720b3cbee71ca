import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { testSeed } from '@spark-perf/test-services';
import type { ConnectionFactory, ConnectionPoolOptions } from '../src/index.js';
import { ConnectionPool } from '../src/index.js';

interface Conn {
  readonly id: number;
}

/** A pool on a manual clock, with a factory that works unless told otherwise. */
function setUp(factory: Partial<ConnectionFactory<Conn>> = {}, options: ConnectionPoolOptions = {}) {
  const clock = new ManualClock();
  const calls = { create: 0, destroy: 0 };
  let id = 0;
  const pool = new ConnectionPool<Conn>(
    {
      ...factory,
      create: (context) => {
        calls.create++;
        return factory.create === undefined ? { id: ++id } : factory.create(context);
      },
      destroy: (connection) => {
        calls.destroy++;
        return factory.destroy?.(connection);
      },
    },
    { clock, random: seededRandom(testSeed()), minSize: 0, maxSize: 1, ...options },
  );
  return { clock, pool, calls };
}

const never = new Promise<never>(() => {});
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'ok',
    (error: { code?: unknown }) => error.code,
  );

// What generic-pool 3.9 does wrong by itself, each seen from the outside of a pool that stands on it.
describe('defects of generic-pool that must not come through', () => {
  test('1: a create that fails at once is not repeated for ever, and timeouts fire meanwhile', async () => {
    const { clock, pool, calls } = setUp(
      { create: () => Promise.reject(new Error('down')) },
      { failFast: false },
    );
    const acquired = outcome(pool.acquire({ timeout: 1_000 }));
    await clock.advance(1_000);
    expect(await acquired).toBe('SPARK_POOL_TIMEOUT');
    expect(calls.create).toBeLessThanOrEqual(10);
    await pool.close();
  });

  test('2: a create that hangs gives its place back', async () => {
    let hangs = true;
    const { clock, pool } = setUp({ create: () => (hangs ? never : { id: 1 }) }, { createTimeout: 100 });
    const acquired = outcome(pool.acquire());
    await clock.advance(99);
    hangs = false;
    await clock.advance(200);
    expect(await acquired).toBe('ok');
  });

  test('3: a create that throws rejects acquire and leaves nobody in the queue', async () => {
    const { pool } = setUp(
      {
        create: () => {
          throw new Error('thrown');
        },
      },
      { maxRetries: 0 },
    );
    expect(await outcome(pool.acquire())).toBe('SPARK_POOL_UNAVAILABLE');
    expect(pool.getStats().waitingSize).toBe(0);
    await pool.close();
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['hangs', () => never],
    ['says no', () => Promise.resolve(false)],
  ])('4: a validate that %s costs a connection, not its place', async (_how, validate) => {
    const { clock, pool, calls } = setUp({ validate }, { validateTimeout: 50 });
    pool.release(await pool.acquire());
    await clock.advance(600);
    const acquired = outcome(pool.acquire());
    await clock.advance(50);
    expect(await acquired).toBe('ok');
    expect(calls).toEqual({ create: 2, destroy: 1 });
    expect(pool.getStats()).toMatchObject({ totalSize: 1, activeSize: 1, failures: 1 });
  });

  test('5: behind a waiter that timed out the next one is served', async () => {
    const { clock, pool } = setUp();
    const connection = await pool.acquire();
    const first = outcome(pool.acquire({ timeout: 10 }));
    const second = outcome(pool.acquire());
    await clock.advance(10);
    pool.release(connection);
    expect(await first).toBe('SPARK_POOL_TIMEOUT');
    expect(await second).toBe('ok');
  });

  test('6: waiters that give up in any order leave the others in theirs', async () => {
    const { clock, pool } = setUp();
    const connection = await pool.acquire();
    const served: number[] = [];
    const controllers = Array.from({ length: 6 }, () => new AbortController());
    const waits = controllers.map(({ signal }, i) =>
      pool.acquire({ signal }).then(
        (one) => {
          served.push(i);
          pool.release(one);
        },
        () => undefined,
      ),
    );
    for (const i of [3, 0, 5]) controllers[i]!.abort();
    for (const i of [3, 0, 5]) controllers[i]!.abort(); // a second time
    expect(pool.getStats().waitingSize).toBe(3);
    pool.release(connection);
    await Promise.all(waits);
    expect(served).toEqual([1, 2, 4]);
    await clock.advance(60);
    expect(clock.refTimers).toBe(0);
  });

  test('7: use() takes plain values, and keeps the connection when the user only made a mistake', async () => {
    const { pool, calls } = setUp();
    expect(await pool.use(() => 42)).toBe(42);
    await expect(
      pool.use(() => {
        throw new TypeError('mine');
      }),
    ).rejects.toThrow('mine');
    await expect(pool.use(() => Promise.reject(new Error('mine too')))).rejects.toThrow('mine too');
    expect(calls).toEqual({ create: 1, destroy: 0 });
    await expect(
      pool.use(() => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' }))),
    ).rejects.toThrow();
    expect(calls.destroy).toBe(1);
    expect(pool.getStats().activeSize).toBe(0);
  });

  test('8: a double release throws at once; a late one of a lease harms nobody', async () => {
    const { pool } = setUp();
    const connection = await pool.acquire();
    pool.release(connection);
    expect(() => pool.release(connection)).toThrow(
      expect.objectContaining({ code: 'SPARK_POOL_RELEASE', reason: 'double' }),
    );
    const lease = await pool.lease();
    lease.release();
    const other = await pool.acquire();
    lease.release(); // late: `other` is the same connection
    expect(pool.tryAcquire()).toBeUndefined();
    expect(pool.getStats().activeSize).toBe(1);
    pool.release(other);
  });

  test('9: a connection that was destroyed is never lent', async () => {
    const destroyed = new Set<Conn>();
    const { clock, pool } = setUp(
      { destroy: (one) => void destroyed.add(one) },
      { maxSize: 3, idleTimeout: 1_000 },
    );
    const borrowed = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    for (const one of borrowed) pool.release(one);
    await clock.advance(20_000);
    expect(destroyed.size).toBe(3);
    expect(destroyed.has(await pool.acquire())).toBe(false);
  });

  test('10: close() ends at its deadline, whoever has not given back', async () => {
    const { clock, pool, calls } = setUp();
    const connection = await pool.acquire();
    const closed = pool.close({ deadline: 500 });
    await clock.advance(500);
    await closed;
    expect(calls.destroy).toBe(1);
    expect(() => pool.release(connection)).toThrow(expect.objectContaining({ reason: 'closed' }));
    expect(clock.timers).toBe(0);
  });

  test('11: minSize is refilled after failures, and ready() ends', async () => {
    let down = true;
    const { clock, pool } = setUp(
      {
        create: () => {
          if (down) throw new Error('down');
          return { id: Math.random() };
        },
      },
      { minSize: 3, maxSize: 5, retryDelay: 10, maxRetryDelay: 100 },
    );
    const ready = outcome(pool.ready());
    await clock.advance(1_000);
    expect(await ready).toBe('SPARK_POOL_UNAVAILABLE');
    down = false;
    const again = outcome(pool.ready());
    expect(await again).toBe('SPARK_POOL_UNAVAILABLE'); // not noticed yet
    await clock.advance(150);
    expect(await outcome(pool.ready())).toBe('ok');
    expect(pool.getStats().poolSize).toBe(3);
  });

  test('12: idle connections go after idleTimeout, minSize stays, and a destroy that throws stops nothing', async () => {
    const { clock, pool, calls } = setUp(
      {
        destroy: () => {
          throw new Error('thrown');
        },
      },
      { minSize: 2, maxSize: 6, idleTimeout: 5_000 },
    );
    const failed: unknown[] = [];
    pool.on('destroyError', ({ error }) => failed.push(error));
    const borrowed = await Promise.all(Array.from({ length: 6 }, () => pool.acquire()));
    for (const one of borrowed) pool.release(one);
    await clock.advance(60_000);
    expect(pool.getStats()).toMatchObject({ poolSize: 2, destroyed: 4 });
    expect(failed).toHaveLength(4);
    expect(calls.create).toBe(6);
    expect(() => new ConnectionPool({ create: () => 1, destroy: () => {} }, { idleTimeout: 0 })).toThrow(
      'idleTimeout',
    );
  });

  test('13: a factory that returns one object twice is an error, not two loans', async () => {
    const same = { id: 1 };
    const { pool } = setUp({ create: () => same }, { maxSize: 2, maxRetries: 0 });
    expect(await pool.acquire()).toBe(same);
    await expect(pool.acquire()).rejects.toMatchObject({
      code: 'SPARK_POOL_UNAVAILABLE',
      cause: { code: 'SPARK_POOL_DUPLICATE' },
    });
    expect(pool.getStats()).toMatchObject({ totalSize: 1, activeSize: 1, destroyed: 0 });
  });

  test('14: connections are reset on return, the size can change, and waiting costs one timer for all', async () => {
    let resets = 0;
    const { clock, pool } = setUp({ reset: () => void resets++ }, { healthCheckInterval: Infinity });
    const connection = await pool.acquire();
    const waits = Array.from({ length: 50 }, () => outcome(pool.acquire()));
    expect(clock.refTimers).toBe(1);
    pool.release(connection);
    expect(resets).toBe(1);
    pool.resize({ maxSize: 50 });
    expect(new Set(await Promise.all(waits))).toEqual(new Set(['ok']));
    expect(pool.getStats().activeSize).toBe(50);
  });
});
