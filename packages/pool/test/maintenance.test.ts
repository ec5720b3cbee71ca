import { describe, expect, test } from '@jest/globals';
import { Conn, outcome, setUp } from './support/set-up.js';

describe('ageing', () => {
  test('connections live as long as maxLifetime less jitter, each a little differently', async () => {
    const { clock, pool, backend } = setUp({
      minSize: 3,
      maxLifetime: 100_000,
      lifetimeJitter: 0.5,
      idleTimeout: Infinity,
      random: () => (backend.creates % 4) / 4,
    });
    await pool.ready();
    await clock.advance(49_000);
    expect(backend.destroyed).toEqual([]);
    await clock.advance(52_000);
    expect(backend.destroyed.length).toBeGreaterThanOrEqual(3);
    expect(new Set(backend.reasons)).toEqual(new Set(['lifetime']));
    expect(pool.getStats().totalSize).toBeGreaterThanOrEqual(3);
  });

  test('a busy connection that is never idle when looked at is replaced on return', async () => {
    const { clock, pool, backend } = setUp({ maxSize: 1, maxLifetime: 10_000, lifetimeJitter: 0 });
    for (let i = 0; i < 30; i++) {
      const one = await pool.acquire();
      await clock.advance(1_000);
      pool.release(one);
    }
    expect(backend.destroyed.length).toBeGreaterThanOrEqual(2);
  });

  test('a leap of the clock does not empty the pool: a few at a time, never fewer than minSize', async () => {
    const { clock, pool } = setUp({
      minSize: 10,
      maxSize: 20,
      maxLifetime: 60_000,
      healthCheckInterval: Infinity,
    });
    await pool.ready();
    clock.stepNow(3_600_000);
    let least = Infinity;
    let before = pool.getStats().destroyed;
    for (let i = 0; i < 20; i++) {
      await clock.advance(1_000);
      const { totalSize, destroyed } = pool.getStats();
      least = Math.min(least, totalSize);
      expect(destroyed - before).toBeLessThanOrEqual(2);
      before = destroyed;
    }
    expect(least).toBeGreaterThanOrEqual(10);
    expect(before).toBe(10);
  });

  test.each([
    [5, 1, 'lifetime', { maxLifetime: 60_000 }],
    [20, 2, 'lifetime', { maxLifetime: 60_000 }],
    [5, 1, 'idle', { maxLifetime: Infinity, idleTimeout: 60_000 }],
    [20, 2, 'idle', { maxLifetime: Infinity, idleTimeout: 60_000 }],
  ])(
    'of %i connections that are old at once %i go per second: %s',
    async (maxSize, batch, reason, limits) => {
      const { clock, pool, backend } = setUp({
        maxSize,
        idleTimeout: Infinity,
        healthCheckInterval: Infinity,
        ...limits,
      });
      const lent = await Promise.all(Array.from({ length: maxSize }, () => pool.acquire()));
      for (const one of lent) pool.release(one);
      clock.stepNow(3_600_000);
      await clock.advance(1_000); // the looks that the step brought about, and one more
      for (let second = 1; second <= 2; second++) {
        const before = backend.reasons.length;
        await clock.advance(1_000);
        expect(backend.reasons.slice(before)).toEqual(Array(batch).fill(reason));
      }
    },
  );

  test('a clock set back does not make connections live longer, nor waiters wait longer', async () => {
    const { clock, pool, backend } = setUp({ maxSize: 1, maxLifetime: 20_000, lifetimeJitter: 0 });
    const one = await pool.acquire();
    const wait = outcome(pool.acquire({ timeout: 5_000 }));
    clock.stepNow(-3_600_000);
    await clock.advance(3_600_000 + 5_100);
    expect(await wait).toBe('SPARK_POOL_TIMEOUT');
    pool.release(one);
    clock.stepNow(-3_600_000);
    await clock.advance(3_600_000 + 25_000);
    expect(backend.destroyed).toEqual([1]);
  });

  test('nothing is retired for its age while the backend is down', async () => {
    const { clock, pool, backend } = setUp({
      minSize: 2,
      maxSize: 2,
      maxLifetime: 10_000,
      lifetimeJitter: 0,
    });
    await pool.ready();
    const both = await Promise.all([pool.acquire(), pool.acquire()]);
    both[0].emit('end');
    backend.down = true;
    pool.release(both[0]);
    await clock.advance(30_000);
    pool.release(both[1]);
    await clock.advance(5_000);
    expect(pool.getStats()).toMatchObject({ totalSize: 1, poolSize: 1 });
    backend.down = false;
    await clock.advance(10_000);
    expect(pool.getStats().totalSize).toBe(2);
    expect(backend.reasons).toContain('lifetime');
  });

  test('nor is one beyond minSize, while a new one can not be had', async () => {
    const { clock, pool, backend } = setUp({
      maxLifetime: 60_000,
      lifetimeJitter: 0,
      idleTimeout: Infinity,
      healthCheckInterval: Infinity,
      maxRetries: 0,
    });
    const lent = [await pool.acquire(), await pool.acquire()];
    backend.down = true;
    const refused = outcome(pool.acquire());
    await clock.advance(0);
    expect(await refused).toBe('SPARK_POOL_UNAVAILABLE');
    for (const one of lent) pool.release(one);
    await clock.advance(120_000);
    expect(backend.reasons).toEqual([]);
    backend.down = false;
    await clock.advance(120_000);
    expect(backend.reasons).toContain('lifetime');
  });
});

describe('health', () => {
  test('only idle connections are validated, out of everybody’s reach, and unhealthy ones replaced', async () => {
    const validated: number[] = [];
    const { clock, pool, backend } = setUp(
      { minSize: 3, healthCheckInterval: 10_000, validateAfterIdle: Infinity },
      {
        validate: (one) => {
          validated.push(one.id);
          return one.id !== 2;
        },
      },
    );
    await pool.ready();
    const borrowed = await pool.acquire(); // never 2, which is neither first nor last
    await clock.advance(10_000);
    expect(validated.sort()).toEqual([1, 2, 3].filter((id) => id !== borrowed.id));
    expect(backend).toMatchObject({ destroyed: [2], reasons: ['unhealthy'] });
    expect(pool.getStats().totalSize).toBe(3);
  });

  test('healthCheck reports, a second call joins the first, and a validate that always fails ends', async () => {
    const { clock, pool } = setUp({ minSize: 3 }, { validate: () => false });
    await pool.ready();
    const [a, b] = await Promise.all([pool.healthCheck(), pool.healthCheck()]);
    expect(a).toEqual({ checked: 3, unhealthy: 3 });
    expect(b).toBe(a);
    await clock.advance(0);
    expect(pool.getStats()).toMatchObject({ totalSize: 3, destroyed: 3, failures: 3 });
  });

  test('a connection borrowed while others are checked is not touched', async () => {
    let running = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const { clock, pool } = setUp(
      { minSize: 10, maxSize: 10 },
      {
        validate: () => {
          most = Math.max(most, ++running);
          return new Promise<void>((resolve) =>
            finish.push(() => {
              running--;
              resolve();
            }),
          );
        },
      },
    );
    await pool.ready();
    const check = pool.healthCheck();
    await clock.advance(0);
    expect(most).toBe(4);
    const borrowed = pool.tryAcquire()!;
    while (finish.length > 0) {
      finish.shift()!();
      await clock.advance(0);
    }
    expect(await check).toEqual({ checked: 9, unhealthy: 0 });
    pool.release(borrowed);
  });

  test('keepalive pings what has been silent', async () => {
    let pings = 0;
    const { clock, pool } = setUp(
      { minSize: 1, maxSize: 1, keepalive: 5_000, healthCheckInterval: Infinity },
      { validate: () => void pings++ },
    );
    await pool.ready();
    await clock.advance(31_000);
    expect(pings).toBeGreaterThanOrEqual(5);
    expect(pings).toBeLessThanOrEqual(7);
  });
});

describe('leaks', () => {
  test('are told once, with the borrower, and once one was seen with the place', async () => {
    const said: unknown[][] = [];
    const logger = { info: () => {}, warn: (...args: unknown[]) => said.push(args), error: () => {} };
    const { clock, pool } = setUp({ leakDetection: 2_000, logger });
    const leaks: { label: string | undefined; stack: string | undefined; heldFor: number }[] = [];
    pool.on('leak', ({ label, stack, heldFor }) => leaks.push({ label, stack, heldFor }));
    await pool.acquire({ label: 'GET /slow' });
    await clock.advance(6_000);
    expect(leaks).toHaveLength(1);
    expect(leaks[0]).toMatchObject({ label: 'GET /slow', stack: undefined });
    expect(leaks[0]!.heldFor).toBeGreaterThanOrEqual(2_000);
    // Of the borrows since, the first and every 16th are remembered with their place.
    for (let i = 0; i < 16; i++) pool.release(await pool.acquire());
    async function careless(): Promise<void> {
      await pool.acquire();
    }
    await careless();
    await pool.acquire();
    await clock.advance(6_000);
    expect(leaks).toHaveLength(3);
    expect(leaks[1]!.stack).toMatch(/careless.*maintenance\.test\.ts/);
    expect(leaks[2]!.stack).toBeUndefined();
    expect(said.map((args) => args.length)).toEqual([1, 2, 1]);
    expect(said[0]![0]).toMatch(/borrowed by GET \/slow for \d+ ms$/);
    expect(pool.getStats().leaks).toBe(3);
  });
});

test('the slow end: nothing of a pool keeps the process alive but those who wait', async () => {
  const { clock, pool } = setUp({ minSize: 1, maxSize: 1, leakDetection: 1_000 });
  await pool.ready();
  expect(clock.refTimers).toBe(0);
  const one = await pool.acquire();
  const wait = outcome(pool.acquire());
  expect(clock.refTimers).toBe(1);
  pool.release(one);
  await wait;
  await clock.advance(50);
  expect(clock.refTimers).toBe(0);
  expect(one).toBeInstanceOf(Conn);
});
