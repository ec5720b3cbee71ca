import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { testSeed } from '@spark-perf/test-services';
import { LeaseBell } from '../../src/flights/lease-bell.js';
import type { LeaseOptions } from '../../src/flights/lease.js';
import { Lease } from '../../src/flights/lease.js';
import type { OuterLevel } from '../../src/levels/outer-levels.js';
import type { SharedLevel } from '../../src/levels/shared-level.js';

const LEASE = 5_000;

/** One lease in a Redis that takes `latency` for each call. */
function world(latency = 1) {
  const clock = new ManualClock();
  const bell = new LeaseBell();
  let holder: { token: string; until: number } | undefined;
  const live = () => (holder !== undefined && holder.until > clock.now() ? holder : undefined);
  const level = {
    claim: async (_key: string, token: string, lease: number) => {
      const acquired = live() === undefined;
      if (acquired) holder = { token, until: clock.now() + lease };
      return Promise.resolve({ acquired, text: null });
    },
    renew: async (_key: string, token: string, lease: number) => {
      const held = live()?.token === token;
      if (held) holder = { token, until: clock.now() + lease };
      return Promise.resolve(held);
    },
    surrender: async (key: string, token: string) => {
      if (live()?.token === token) holder = undefined;
      bell.ring(key);
      return Promise.resolve();
    },
  };
  /** Whether this process is dead: nothing it asks for gets through any more. */
  const options = (token: string, alive: () => boolean, errors: unknown[] = []): LeaseOptions => {
    const run = async <T>(call: () => Promise<T>): Promise<T> => {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, latency));
      return alive() ? call() : new Promise<never>(() => {});
    };
    const shared = { level, gate: { run, ask: run } } as unknown as OuterLevel<SharedLevel>;
    const onError = (error: unknown): void => void errors.push(error);
    return { shared, key: 'k', token, lease: LEASE, timeout: 30_000, clock, bell, onError };
  };
  return { clock, bell, options, until: () => live()?.until };
}

const unserved = () => Promise.resolve(false);

describe('the holder dies', () => {
  test('the next one holds it within 100 ms after the lease, whenever it began to wait', async () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 20; round++) {
      const { clock, options, until } = world(1 + random() * 8);
      let alive = true;
      const first = Lease.acquire(
        options('first', () => alive),
        unserved,
      );
      await clock.advance(20 + random() * 10_000);
      expect((await first)?.token).toBe('first');
      alive = false;
      const end = until()!;
      let got: number | undefined;
      const next = Lease.acquire(
        options('next', () => true),
        unserved,
      ).then((lease) => {
        got = clock.now();
        return lease;
      });
      await clock.advance(end - clock.now());
      expect(got).toBeUndefined();
      await clock.advance(100);
      expect(got).toBeLessThanOrEqual(end + 100);
      await next;
    }
  });
});

test('a holder that lives renews, however long it takes, and wakes the next one when it is done', async () => {
  const { clock, options, bell } = world();
  const held = Lease.acquire(
    options('first', () => true),
    unserved,
  );
  await clock.advance(10);
  let got = false;
  const next = Lease.acquire(
    options('next', () => true),
    unserved,
  ).then((lease) => {
    got = true;
    return lease;
  });
  await clock.advance(20_000);
  expect(got).toBe(false);
  void (await held)!.release();
  await clock.advance(5);
  expect(got).toBe(true);
  void (await next)!.release();
  await clock.advance(5);
  expect([bell.size, clock.timers]).toEqual([0, expect.any(Number)]);
});

test('renewal comes at a third of the lease, and ends with it', async () => {
  const { clock, options, until } = world(1);
  const held = Lease.acquire(
    options('first', () => true),
    unserved,
  );
  await clock.advance(1);
  const lease = (await held)!;
  const began = until()!;
  await clock.advance(LEASE / 3 - 1);
  expect(until()).toBe(began);
  await clock.advance(2);
  expect(until()! - began).toBeCloseTo(LEASE / 3 + 1, 0);
  void lease.release();
  await clock.advance(1);
  expect(until()).toBeUndefined();
  const timers = clock.timers;
  await clock.advance(10 * LEASE);
  expect([until(), timers]).toEqual([undefined, 0]);
});

test('one whose value was fetched meanwhile needs no lease', async () => {
  const { clock, options, until } = world();
  const lease = Lease.acquire(
    options('one', () => true),
    () => Promise.resolve(true),
  );
  await clock.advance(10);
  expect([await lease, until()]).toEqual([undefined, undefined]);
});

test('a Redis that fails is told, and no error', async () => {
  const { clock, options } = world();
  const errors: unknown[] = [];
  const down = () => Promise.reject(new Error('down'));
  const broken = options('one', () => true, errors);
  const shared = {
    ...broken.shared,
    gate: { run: down, ask: down },
  } as unknown as OuterLevel<SharedLevel>;
  const lease = Lease.acquire({ ...broken, shared }, unserved);
  await clock.advance(10);
  expect([await lease, errors]).toEqual([undefined, [new Error('down')]]);
});

test.each(['in time, and then Redis fails', 'after its deadline'])(
  'a lease that is taken %s is given back: nobody would renew it',
  async (when) => {
    const { clock, options, until } = world(10);
    const one = options('one', () => true);
    const late = when === 'after its deadline';
    const ask = async <T>(call: () => Promise<T>): Promise<T> => {
      if (!late) return one.shared.gate.run(call);
      // It is on its way; nobody waits for the answer any more.
      void call();
      throw new Error('no answer');
    };
    const shared = { ...one.shared, gate: { ...one.shared.gate, ask } } as unknown as typeof one.shared;
    const lease = Lease.acquire({ ...one, shared }, () => Promise.reject(new Error('down')));
    await clock.advance(100);
    expect([await lease, until()]).toEqual([undefined, undefined]);
    const next = Lease.acquire(
      options('next', () => true),
      unserved,
    );
    await clock.advance(20);
    expect((await next)?.token).toBe('next');
    void (await next)!.release();
    await clock.advance(20);
  },
);
