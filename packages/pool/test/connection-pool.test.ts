import { describe, expect, test } from '@jest/globals';
import type { ConnectionPoolOptions } from '../src/index.js';
import { ConnectionPool, LeaseEndedError } from '../src/index.js';
import { Conn, outcome, setUp } from './support/set-up.js';

describe('acquire', () => {
  test('concurrent calls never make more than maxSize, and idle ones count', async () => {
    const { pool, backend } = setUp({ minSize: 2 });
    const waits = Array.from({ length: 10 }, () => pool.acquire());
    await Promise.all(waits.slice(0, 3));
    expect(backend.creates).toBe(3);
    expect(pool.getStats()).toMatchObject({ totalSize: 3, activeSize: 3, poolSize: 0, waitingSize: 7 });
  });

  test('serves by priority, then in order', async () => {
    const { pool } = setUp({ maxSize: 1 });
    const first = await pool.acquire();
    const order: string[] = [];
    const wait = (name: string, priority: number): Promise<void> =>
      pool.use(() => void order.push(name), { priority });
    const all = [wait('c', 5), wait('a', 0), wait('d', 9), wait('b', 0)];
    pool.release(first);
    await Promise.all(all);
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  test('refuses beyond maxWaiters at once', async () => {
    const { pool } = setUp({ maxSize: 1, maxWaiters: 2 });
    await pool.acquire();
    void pool.acquire().catch(() => undefined);
    void pool.acquire().catch(() => undefined);
    expect(await outcome(pool.acquire())).toBe('SPARK_POOL_QUEUE_FULL');
    expect(pool.getStats()).toMatchObject({ waitingSize: 2, refused: 1 });
  });

  test('a signal that has aborted takes nothing; one that aborts later frees the place', async () => {
    const { pool } = setUp({ maxSize: 1 });
    expect(await outcome(pool.acquire({ signal: AbortSignal.abort(new Error('gone')) }))).toBe('gone');
    expect(pool.getStats().totalSize).toBe(0);
    const held = await pool.acquire();
    const controller = new AbortController();
    const wait = outcome(pool.acquire({ signal: controller.signal }));
    controller.abort(new Error('left'));
    expect(await wait).toBe('left');
    pool.release(held);
    expect(pool.getStats()).toMatchObject({ poolSize: 1, waitingSize: 0, aborted: 2 });
  });

  test.each([{ timeout: -1 }, { priority: 10 }, { priority: 0.5 }, { label: '' }, { wait: 1 }])(
    'rejects %p',
    async (options) => {
      const { pool } = setUp();
      expect(await outcome(pool.acquire(options as object))).toBe('SPARK_INVALID_OPTION');
    },
  );

  test('lends the one used last, or with fifo the one unused for longest', async () => {
    for (const [idleOrder, id] of [
      ['lifo', 3],
      ['fifo', 1],
    ] as const) {
      const { pool } = setUp({ idleOrder });
      const all = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
      for (const one of all) pool.release(one);
      expect((await pool.acquire()).id).toBe(id);
    }
  });

  test('a fresh connection is not validated, one idle for longer than validateAfterIdle is', async () => {
    let validations = 0;
    const { clock, pool } = setUp({ maxSize: 1 }, { validate: () => void validations++ });
    pool.release(await pool.acquire());
    await clock.advance(500);
    pool.release(await pool.acquire());
    expect(validations).toBe(0);
    await clock.advance(501);
    pool.release(await pool.acquire());
    expect(validations).toBe(1);
  });

  test('a caller has one stale connection validated, not more', async () => {
    let validations = 0;
    const { clock, pool } = setUp({ minSize: 3 }, { validate: () => void validations++ });
    await pool.ready();
    await clock.advance(600);
    await pool.use(() => 1);
    await pool.acquire();
    expect(validations).toBe(1);
  });

  test('tryAcquire is synchronous; a stale one is validated for the next time', async () => {
    const { clock, pool } = setUp({ maxSize: 1 }, { validate: () => true });
    expect(pool.tryAcquire()).toBeUndefined();
    const one = await pool.acquire();
    pool.release(one);
    expect(pool.tryAcquire()).toBe(one);
    pool.release(one);
    await clock.advance(600);
    expect(pool.tryAcquire()).toBeUndefined();
    await clock.advance(0);
    expect(pool.tryAcquire()).toBe(one);
  });

  test('lends primitives and functions too', async () => {
    let n = 0;
    await using pool = new ConnectionPool({ create: () => ++n, destroy: () => {} }, { minSize: 0 });
    const one = await pool.acquire();
    expect(one).toBe(1);
    pool.release(one);
    expect(() => pool.release(one)).toThrow('released before');
  });
});

describe('release and destroy', () => {
  test('misuse is thrown at once, with its reason', async () => {
    const { pool } = setUp();
    expect(() => pool.release(new Conn(9))).toThrow(expect.objectContaining({ reason: 'foreign' }));
    const one = await pool.acquire();
    await pool.destroy(one);
    expect(() => pool.release(one)).toThrow(
      expect.objectContaining({ reason: 'destroyed', destroyedFor: 'request' }),
    );
    expect(() => pool.destroy(one)).toThrow(expect.objectContaining({ code: 'SPARK_POOL_RELEASE' }));
  });

  test('a fatal error destroys the connection; isFatal decides, and one that throws counts as yes', async () => {
    const { pool, backend } = setUp({
      isFatal: (error) => {
        if (error === 'ask me not') throw new Error('judge');
        return error === 'fatal';
      },
    });
    for (const error of ['harmless', 'fatal', 'ask me not']) pool.release(await pool.acquire(), error);
    expect(backend.destroyed).toEqual([1, 2]);
    expect(backend.reasons).toEqual(['fatal', 'fatal']);
  });

  test('a reset that fails or hangs costs the connection', async () => {
    for (const reset of [() => Promise.reject(new Error('no')), () => new Promise(() => {})]) {
      const { clock, pool, backend } = setUp({ resetTimeout: 100, maxSize: 1 }, { reset });
      pool.release(await pool.acquire());
      expect(pool.getStats()).toMatchObject({ activeSize: 0, poolSize: 1 });
      await clock.advance(100);
      expect(backend.reasons).toEqual(['reset']);
    }
  });

  test('maxUses replaces a connection', async () => {
    const { pool, backend } = setUp({ maxUses: 2, maxSize: 1 });
    for (let i = 0; i < 5; i++) pool.release(await pool.acquire());
    expect(backend).toMatchObject({ creates: 3, destroyed: [1, 2], reasons: ['uses', 'uses'] });
  });

  test.each(['error', 'end', 'close'])(
    'a connection that says %s is retired, idle or borrowed',
    async (event) => {
      const { pool, backend } = setUp();
      const broken: unknown[] = [];
      pool.on('connectionError', ({ error }) => broken.push(error));
      const [idle, borrowed] = await Promise.all([pool.acquire(), pool.acquire()]);
      pool.release(idle);
      idle.emit(event, new Error('gone'));
      expect(backend.destroyed).toEqual([idle.id]);
      borrowed.emit(event, new Error('gone'));
      borrowed.emit('error', new Error('again')); // not an uncaught exception
      expect(backend.destroyed).toEqual([idle.id]);
      pool.release(borrowed);
      borrowed.emit('error', new Error('and again'));
      expect(backend.destroyed).toEqual([idle.id, borrowed.id]);
      expect(broken).toHaveLength(2);
    },
  );
});

describe('lease and use', () => {
  test('a lease ends once, and knows it', async () => {
    const { pool } = setUp({ maxSize: 1 });
    const lease = await pool.lease();
    const { resource } = lease;
    lease.release();
    lease.release();
    expect(lease.active).toBe(false);
    expect(() => lease.resource).toThrow(LeaseEndedError);
    {
      using again = await pool.lease();
      expect(again.resource).toBe(resource);
    }
    {
      await using once = await pool.lease({ label: 'x' });
      await once.destroy();
      expect(once.active).toBe(false);
    }
    expect(pool.getStats()).toMatchObject({ totalSize: 0, borrowed: 3, returned: 3 });
  });

  test('use survives that its connection is taken away', async () => {
    const { pool } = setUp({ maxSize: 1 });
    const value = await pool.use(async (one) => {
      await pool.destroy(one);
      return 'done';
    });
    expect(value).toBe('done');
    expect(pool.getStats()).toMatchObject({ activeSize: 0, totalSize: 0 });
  });
});

test('options are checked, and a misspelt one is not ignored', () => {
  const factory = { create: () => 1, destroy: () => {} };
  const bad: [object, string][] = [
    [{ maxSize: 0 }, 'maxSize'],
    [{ maxSize: NaN }, 'maxSize'],
    [{ minSize: 3, maxSize: 2 }, 'minSize'],
    [{ acquireTimeout: 0 }, 'acquireTimeout'],
    [{ acquireTimeout: Infinity }, 'acquireTimeout'],
    [{ maxRetryDelay: 10 }, 'maxRetryDelay'],
    [{ maxWaiters: 0 }, 'maxWaiters'],
    [{ idleOrder: 'random' }, 'idleOrder'],
    [{ lifetimeJitter: 2 }, 'lifetimeJitter'],
    [{ isFatal: true }, 'isFatal'],
    [{ max: 3 }, 'max'],
  ];
  for (const [options, name] of bad) {
    expect(() => new ConnectionPool(factory, options as ConnectionPoolOptions)).toThrow(
      expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option: name }),
    );
  }
  expect(() => new ConnectionPool({ create: () => 1 } as never)).toThrow('factory');
  expect(() => new ConnectionPool({ ...factory, validate: 1 } as never)).toThrow('factory.validate');
});

describe('resize', () => {
  test('growing wakes those who wait, shrinking closes what is above on return', async () => {
    const { pool, backend } = setUp({ maxSize: 1 });
    const first = await pool.acquire();
    const waits = [pool.acquire(), pool.acquire()];
    pool.resize({ maxSize: 3 });
    const all = [first, ...(await Promise.all(waits))];
    pool.resize({ maxSize: 1 });
    expect(pool.getStats().totalSize).toBe(3);
    for (const one of all) pool.release(one);
    expect(pool.getStats()).toMatchObject({ totalSize: 1, poolSize: 1 });
    expect(backend.reasons).toEqual(['shrink', 'shrink']);
    expect(() => pool.resize({ maxSize: 0 })).toThrow('maxSize');
  });

  test('a creation that ends after a shrink is destroyed', async () => {
    let finish: ((one: Conn) => void)[] = [];
    const { pool, clock, backend } = setUp(
      { maxSize: 2 },
      { create: () => new Promise<Conn>((resolve) => finish.push(resolve)) },
    );
    const waits = [outcome(pool.acquire()), outcome(pool.acquire())];
    pool.resize({ maxSize: 1 });
    expect(pool.getStats().creatingSize).toBeLessThanOrEqual(2);
    await clock.advance(0);
    expect(pool.getStats()).toMatchObject({ creatingSize: 1, failures: 0 });
    finish.forEach((resolve, i) => resolve(new Conn(i)));
    finish = [];
    await clock.advance(0);
    expect(backend.destroyed).toEqual([1]);
    expect(await waits[0]).toBe('ok');
  });
});

describe('close', () => {
  test('refuses new callers and those who wait, waits for what is out, and joins later calls', async () => {
    const { pool, clock, backend } = setUp({ maxSize: 2 });
    const forced: number[] = [];
    pool.on('close', (event) => forced.push(event.forced));
    const [a, b] = await Promise.all([pool.acquire(), pool.acquire()]);
    const wait = outcome(pool.acquire());
    const closed = pool.close({ deadline: 1_000 });
    expect(pool.close()).toBe(closed);
    expect(await wait).toBe('SPARK_POOL_CLOSED');
    expect(await outcome(pool.acquire())).toBe('SPARK_POOL_CLOSED');
    expect(pool.tryAcquire()).toBeUndefined();
    pool.release(a);
    expect(backend.destroyed).toEqual([a.id]);
    await clock.advance(999);
    expect(forced).toEqual([]);
    pool.release(b);
    await closed;
    expect(forced).toEqual([0]);
    expect(clock.timers).toBe(0);
  });

  test('with waiters: serve, those who wait still get theirs', async () => {
    const { pool, clock } = setUp({ maxSize: 1 });
    const held = await pool.acquire();
    const waits = [outcome(pool.use(() => 1)), outcome(pool.use(() => 2))];
    const closed = pool.close({ deadline: 1_000, waiters: 'serve' });
    pool.release(held);
    expect(await Promise.all(waits)).toEqual(['ok', 'ok']);
    await closed;
    expect(clock.timers).toBe(0);
  });

  test('a creation that ends after it is destroyed', async () => {
    let finish = (_one: Conn): void => {};
    let aborted = false;
    const { pool, clock, backend } = setUp(
      {},
      {
        create: ({ signal }) => {
          signal.addEventListener('abort', () => (aborted = true));
          return new Promise<Conn>((resolve) => (finish = resolve));
        },
      },
    );
    const wait = outcome(pool.acquire());
    await pool.close();
    expect(await wait).toBe('SPARK_POOL_CLOSED');
    expect(aborted).toBe(true);
    finish(new Conn(7));
    await clock.advance(0);
    expect(backend.destroyed).toEqual([7]);
  });

  test('a destroy that hangs does not hold it for longer than destroyTimeout', async () => {
    const { pool, clock } = setUp(
      { destroyTimeout: 300, minSize: 1 },
      { destroy: () => new Promise(() => {}) },
    );
    await pool.ready();
    let settled = false;
    void pool.close().then(() => (settled = true));
    await clock.advance(299);
    expect(settled).toBe(false);
    await clock.advance(1);
    expect(settled).toBe(true);
  });
});
